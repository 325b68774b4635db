/// A value of MySQL's binary JSON, as a view of its bytes.
///
/// A container begins with its number of elements and its size, then come the entries of keys and values, which point
/// to keys and values behind them or hold small values themselves.
/// Source: `sql-common/json_binary.h` ("JSON binary format").
struct JSONBinary {
    enum Kind { case object, array, null, boolean, signed, unsigned, double, string, opaque }

    let kind: Kind
    /// Containers and strings: their bytes; opaque values: the data.
    let bytes: UnsafeRawBufferPointer
    /// Numbers and booleans, as bits. Opaque values: the type of the column they came from.
    let bits: UInt64
    /// Containers with offsets of four bytes instead of two.
    let isLarge: Bool

    /// Reads a whole column value. An empty one is the JSON null: `INSERT IGNORE` can leave such values.
    init(document: UnsafeRawBufferPointer) throws(DecodeError) {
        guard let type = document.first else {
            self.init(.null, bits: 0)
            return
        }
        try self.init(type: type, UnsafeRawBufferPointer(rebasing: document[1...]))
    }

    private init(
        _ kind: Kind,
        bytes: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        bits: UInt64,
        isLarge: Bool = false
    ) {
        self.kind = kind
        self.bytes = bytes
        self.bits = bits
        self.isLarge = isLarge
    }

    /// - Parameter data: from the value's first byte to the end of what holds it.
    private init(type: UInt8, _ data: UnsafeRawBufferPointer) throws(DecodeError) {
        var reader = ByteReader(data, context: "JSON")
        switch type {
        case 0, 1, 2, 3:
            let isLarge = type & 1 != 0
            let width = isLarge ? 4 : 2
            _ = try reader.readUInt(bytes: width)
            let size = try reader.readUInt(bytes: width)
            guard size <= UInt64(data.count) else { throw reader.error(.truncated) }
            let bytes = UnsafeRawBufferPointer(rebasing: data[..<Int(size)])
            self.init(type < 2 ? .object : .array, bytes: bytes, bits: 0, isLarge: isLarge)
            // The entries have to be there; what they point to is checked when it is asked for.
            guard size >= UInt64(headerSize), UInt64(bytes.count - headerSize) / UInt64(entrySize) >= UInt64(count)
            else { throw reader.error(.invalid, "size of a container") }
        case 4: try self.init(literal: try reader.readUInt8(), reader)
        case 5: self.init(.signed, bits: UInt64(bitPattern: Int64(Int16(bitPattern: try reader.readUInt16()))))
        case 6: self.init(.unsigned, bits: UInt64(try reader.readUInt16()))
        case 7: self.init(.signed, bits: UInt64(bitPattern: Int64(Int32(bitPattern: try reader.readUInt32()))))
        case 8: self.init(.unsigned, bits: UInt64(try reader.readUInt32()))
        case 9: self.init(.signed, bits: try reader.readUInt64())
        case 10: self.init(.unsigned, bits: try reader.readUInt64())
        case 11: self.init(.double, bits: try reader.readUInt64())
        case 12:
            let length = try JSONBinary.readLength(&reader)
            self.init(.string, bytes: try reader.take(length), bits: 0)
        case 15:
            let type = try reader.readUInt8()
            let length = try JSONBinary.readLength(&reader)
            self.init(.opaque, bytes: try reader.take(length), bits: UInt64(type))
        default: throw reader.error(.invalid, "type \(type)")
        }
    }

    private init(literal: UInt8, _ reader: ByteReader) throws(DecodeError) {
        switch literal {
        case 0: self.init(.null, bits: 0)
        case 1: self.init(.boolean, bits: 1)
        case 2: self.init(.boolean, bits: 0)
        default: throw reader.error(.invalid, "literal \(literal)")
        }
    }

    /// Seven bits a byte, lowest first; the top bit says that more follow. At most five bytes.
    private static func readLength(_ reader: inout ByteReader) throws(DecodeError) -> Int {
        var length = 0
        for shift in stride(from: 0, to: 35, by: 7) {
            let byte = try reader.readUInt8()
            length |= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return length }
        }
        throw reader.error(.invalid, "length")
    }

    // MARK: Containers

    private var width: Int { isLarge ? 4 : 2 }
    private var headerSize: Int { 2 * width }
    private var keyEntrySize: Int { kind == .object ? width + 2 : 0 }
    private var valueEntrySize: Int { 1 + width }
    private var entrySize: Int { keyEntrySize + valueEntrySize }

    /// Number of elements of a container, 0 for anything else.
    var count: Int {
        kind == .object || kind == .array ? Int(truncatingIfNeeded: bytes.littleEndian(at: 0, count: width)) : 0
    }

    /// The key of member `index`, which is below `count`.
    func key(_ index: Int) throws(DecodeError) -> UnsafeRawBufferPointer {
        let entry = headerSize + index * keyEntrySize
        let offset = Int(bytes.littleEndian(at: entry, count: width))
        let length = Int(bytes.littleEndian(at: entry + width, count: 2))
        guard offset <= bytes.count, bytes.count - offset >= length else {
            throw DecodeError(.truncated, "JSON key", at: offset)
        }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + length)])
    }

    /// Element or member value `index`, which is below `count`.
    func element(_ index: Int) throws(DecodeError) -> JSONBinary {
        let entry = headerSize + count * keyEntrySize + index * valueEntrySize
        let type = bytes[entry]
        if type == 4 || type == 5 || type == 6 || isLarge && (type == 7 || type == 8) {
            let inlined = UnsafeRawBufferPointer(rebasing: bytes[(entry + 1)..<(entry + 1 + width)])
            return try JSONBinary(type: type, inlined)
        }
        let offset = Int(bytes.littleEndian(at: entry + 1, count: width))
        // A value lies behind the entries, so that no value can hold itself.
        guard offset >= headerSize + count * entrySize, offset < bytes.count else {
            throw DecodeError(.invalid, "JSON offset", at: offset)
        }
        return try JSONBinary(type: type, UnsafeRawBufferPointer(rebasing: bytes[offset...]))
    }

    /// What a walk over this document may visit; see ``JSONBudget``.
    var budget: JSONBudget { JSONBudget(documentSize: bytes.count) }
}

/// Bounds a walk over a document: the depth, and the elements and bytes in all.
///
/// In a sound document no two values share bytes, so there are no more elements than bytes. Damaged ones may point
/// several times to the same value, and a walk without bounds would hardly end.
struct JSONBudget {
    /// The server nests no deeper (`JSON_DOCUMENT_MAX_DEPTH`).
    private static let depthLimit = 100
    private var depth = 0
    private var left: Int

    init(documentSize: Int) { left = 4 * documentSize + 64 }

    /// Before a container is gone down into.
    mutating func descend() throws(DecodeError) {
        depth += 1
        guard depth <= JSONBudget.depthLimit + 1 else { throw DecodeError(.invalid, "JSON nested too deep", at: 0) }
    }

    /// Before a value is visited.
    mutating func enter(_ value: JSONBinary) throws(DecodeError) {
        try descend()
        left -= 1
        try take(value.kind == .string || value.kind == .opaque ? value.bytes.count : 0)
    }

    /// Before bytes of a key or a value are used.
    mutating func take(_ bytes: Int) throws(DecodeError) {
        left -= bytes
        guard left > 0 else { throw DecodeError(.invalid, "JSON values overlap", at: 0) }
    }

    mutating func leave() { depth -= 1 }
}
