package import WorkerBinlog

/// The hash by which a row's key is known in a ``KeyWindow`` and in a batch: over the text of each key column as the
/// server prints it, whichever way it was come by.
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

    /// The key's hash together with its table, for a window over several tables.
    package static func inTable(_ key: UInt64, _ table: UInt64) -> UInt64 {
        var hash = key ^ (table &* 0x9E37_79B9_7F4A_7C15)
        hash ^= hash &>> 31
        return hash &* 0xD6E8_FEB8_6659_FD93
    }

    /// A table's part in ``inTable(_:_:)``.
    package static func table(_ name: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
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
