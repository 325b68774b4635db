package import WorkerBinlog

/// A row of one table by its key, exact: the table's name and the text of each key column as the server prints it, whichever
/// way it was come by.
package struct RowKey: Sendable, Hashable {
    private let bytes: [UInt8]

    /// - Parameters:
    ///   - table: its quoted name, see ``KeyHasher``.
    ///   - text: of the key columns, each behind its length in four bytes.
    package init(table: String, text: UnsafeRawBufferPointer) {
        bytes = [UInt8](unsafeUninitializedCapacity: table.utf8.count + text.count) { buffer, count in
            count = table.utf8.count + text.count
            _ = buffer.initialize(from: table.utf8)
            UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[table.utf8.count..<count]).copyMemory(from: text)
        }
    }

    package func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

/// Puts together the text of a row's key: of each key column as the server prints it.
package struct KeyHasher: ~Copyable {
    private var text = SQLBuffer(capacity: 256)

    package init() {}

    package mutating func removeAll() { text.removeAll() }

    /// The next key column, as the server prints it.
    package mutating func append(_ value: UnsafeRawBufferPointer) {
        let place = text.count
        text.append(repeating: 0, count: 4)
        text.append(value)
        text.overwrite(at: place, with: UInt32(truncatingIfNeeded: value.count).littleEndian)
    }

    /// The next key column, as it stands in a row image.
    package mutating func append(_ column: ColumnLayout, _ value: UnsafeRawBufferPointer) throws(DecodeError) {
        let place = text.count
        text.append(repeating: 0, count: 4)
        try text.appendCanonical(column, value)
        text.overwrite(at: place, with: UInt32(truncatingIfNeeded: text.count - place - 4).littleEndian)
    }

    /// The hash of all columns appended.
    package var value: UInt64 { text.keyHash(0, text.count) }

    /// The key of a row of this table.
    package func key(in table: String) -> RowKey { text.withUnsafeBytes { RowKey(table: table, text: $0) } }
}

extension SQLBuffer {
    /// Multiplies and folds eight bytes at a time.
    package func keyHash(_ start: Int, _ length: Int) -> UInt64 {
        withUnsafeBytes { bytes in
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(truncatingIfNeeded: length)
            var offset = start
            let end = start &+ length
            while offset &+ 8 <= end {
                hash = (hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
                hash ^= hash &>> 29
                offset &+= 8
            }
            while offset < end {
                hash = (hash ^ UInt64(bytes[offset])) &* 0x100_0000_01B3
                offset &+= 1
            }
            hash ^= hash &>> 32
            return hash
        }
    }
}
