/// A changed document as binary JSON again.
///
/// It is the same document as the one that the server has, not the same bytes: containers that were opened are always
/// written with offsets of four bytes. Source: `sql-common/json_binary.h` ("JSON binary format").
extension SQLBuffer {
    /// Appends the document that comes of `before` by the differences.
    ///
    /// - Throws: `DecodeError` when they are damaged or belong to another document.
    mutating func append(
        document before: UnsafeRawBufferPointer,
        changedBy differences: UnsafeRawBufferPointer
    ) throws(DecodeError) {
        guard !differences.isEmpty else { return append(before) }
        var tree = JSONTree.untouched(try JSONBinary(document: before))
        var reader = ByteReader(differences, context: "JSON differences")
        while !reader.isAtEnd {
            let operation = try reader.readUInt8()
            let path = try JSONPath(try reader.take(try reader.readPackedCount()))
            let change: JSONTree.Change
            switch operation {
            case 0, 1:
                let value = JSONTree.untouched(try JSONBinary(document: try reader.take(try reader.readPackedCount())))
                change = operation == 0 ? .replace(value) : .insert(value)
            case 2: change = .remove
            default: throw reader.error(.unsupported, "operation \(operation)")
            }
            try tree.apply(change, at: path.legs[...])
        }
        var budget = JSONBudget(documentSize: before.count + differences.count)
        let start = count
        append(byte: 0)
        setByte(try append(json: tree, &budget), at: start)
    }

    /// Appends a value without its type.
    /// - Returns: its type.
    private mutating func append(json tree: JSONTree, _ budget: inout JSONBudget) throws(DecodeError) -> UInt8 {
        switch tree {
        case .untouched(let value):
            // In a damaged document many elements may claim the same bytes.
            try budget.take(value.bytes.count + 1)
            return append(json: value)
        case .object(let members):
            try budget.descend()
            defer { budget.leave() }
            let start = appendContainer(members.count, keyed: true)
            for (index, member) in members.enumerated() {
                guard member.key.count <= 65_535 else { throw DecodeError(.invalid, "JSON key", at: 0) }
                let entry = start + 8 + 6 * index
                overwrite(at: entry, with: offset(from: start).littleEndian)
                setByte(UInt8(truncatingIfNeeded: member.key.count), at: entry + 4)
                setByte(UInt8(truncatingIfNeeded: member.key.count >> 8), at: entry + 5)
                try budget.take(member.key.count)
                member.key.withUnsafeBytes { append($0) }
            }
            for (index, member) in members.enumerated() {
                try append(element: member.value, entry: start + 8 + 6 * members.count + 5 * index, start, &budget)
            }
            endContainer(start)
            return 1
        case .array(let elements):
            try budget.descend()
            defer { budget.leave() }
            let start = appendContainer(elements.count, keyed: false)
            for (index, element) in elements.enumerated() {
                try append(element: element, entry: start + 8 + 5 * index, start, &budget)
            }
            endContainer(start)
            return 3
        }
    }

    /// Appends the head of a large container: number of elements, size, and an entry for each key and value.
    private mutating func appendContainer(_ elements: Int, keyed: Bool) -> Int {
        let start = count
        append(repeating: 0, count: 8 + elements * (keyed ? 11 : 5))
        overwrite(at: start, with: UInt32(truncatingIfNeeded: elements).littleEndian)
        return start
    }

    private mutating func endContainer(_ start: Int) {
        overwrite(at: start + 4, with: offset(from: start).littleEndian)
    }

    private func offset(from start: Int) -> UInt32 { UInt32(truncatingIfNeeded: count - start) }

    private mutating func append(
        element: JSONTree,
        entry: Int,
        _ start: Int,
        _ budget: inout JSONBudget
    ) throws(DecodeError) {
        let place = count
        let type = try append(json: element, &budget)
        setByte(type, at: entry)
        guard type >= 4, type <= 8 else {
            overwrite(at: entry + 1, with: UInt32(truncatingIfNeeded: place - start).littleEndian)
            return
        }
        // Small ones stand in the entry itself.
        for index in 0..<(count - place) { setByte(byte(at: place + index), at: entry + 1 + index) }
        truncate(to: place)
    }

    private mutating func append(json value: JSONBinary) -> UInt8 {
        switch value.kind {
        case .object, .array:
            append(value.bytes)
            return (value.kind == .object ? 0 : 2) + (value.isLarge ? 1 : 0)
        case .null:
            append(byte: 0)
            return 4
        case .boolean:
            append(byte: value.bits == 0 ? 2 : 1)
            return 4
        case .signed: return append(number: value.bits, type: 9)
        case .unsigned: return append(number: value.bits, type: 10)
        case .double: return append(number: value.bits, type: 11)
        case .string:
            appendLength(value.bytes.count)
            append(value.bytes)
            return 12
        case .opaque:
            append(byte: UInt8(truncatingIfNeeded: value.bits))
            appendLength(value.bytes.count)
            append(value.bytes)
            return 15
        }
    }

    private mutating func append(number bits: UInt64, type: UInt8) -> UInt8 {
        for index in 0..<8 { append(byte: UInt8(truncatingIfNeeded: bits >> UInt64(8 * index))) }
        return type
    }

    /// Seven bits a byte, lowest first; the top bit says that more follow.
    private mutating func appendLength(_ length: Int) {
        var rest = length
        while rest >= 128 {
            append(byte: UInt8(truncatingIfNeeded: rest & 127 | 128))
            rest >>= 7
        }
        append(byte: UInt8(truncatingIfNeeded: rest))
    }
}
