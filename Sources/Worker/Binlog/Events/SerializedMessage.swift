/// MySQL's serialization library, as far as binlog events use it: a message is its size, the last field that a reader
/// must know, then numbered fields whose format only the reader's definition tells.
///
/// Source: MySQL's `libs/mysql/serialization/readme.md` (message format, variable-length integers).
struct SerializedMessage {
    private var reader: ByteReader
    private var lastField = -1

    /// - Throws: `DecodeError` when the bytes end early or a field above `lastKnownField` must be understood.
    init(reading outer: inout ByteReader, lastKnownField: UInt64) throws(DecodeError) {
        let before = outer.offset
        let version = try outer.readVarlen()
        guard version <= 1 else { throw outer.error(.unsupported, "serialization version \(version)") }
        let size = try outer.readVarlen()
        let lastNonIgnorable = try outer.readVarlen()
        // The last one that must be known is counted from 1; 0 means none.
        guard lastNonIgnorable <= lastKnownField + 1 else {
            throw outer.error(.unsupported, "field \(lastNonIgnorable) of the message")
        }
        // The size counts from the version on.
        let header = outer.offset - before
        guard size >= UInt64(header), size - UInt64(header) <= UInt64(outer.remaining) else {
            throw outer.error(.truncated)
        }
        let origin = outer.origin + outer.offset
        reader = ByteReader(try outer.take(Int(size) - header), context: outer.context, origin: origin)
    }

    /// The number of the next field, nil at the end. Numbers only grow.
    mutating func nextField() throws(DecodeError) -> Int? {
        if reader.isAtEnd { return nil }
        let field = try reader.readVarlen()
        guard field <= 255, Int(field) > lastField else { throw reader.error(.invalid, "field \(field)") }
        lastField = Int(field)
        return lastField
    }

    mutating func readUnsigned() throws(DecodeError) -> UInt64 { try reader.readVarlen() }

    /// The sign is the lowest bit; a negative x is stored as -(x + 1).
    mutating func readSigned() throws(DecodeError) -> Int64 {
        let value = try reader.readVarlen()
        return Int64(bitPattern: value >> 1) ^ (value & 1 == 0 ? 0 : -1)
    }

    mutating func readString() throws(DecodeError) -> String {
        let length = try reader.readVarlen()
        guard length <= UInt64(reader.remaining) else { throw reader.error(.truncated) }
        return try reader.readString(Int(length))
    }

    /// Passes over fields that may be ignored.
    mutating func skipRest() throws(DecodeError) { try reader.skip(reader.remaining) }
}

extension ByteReader {
    /// A variable-length integer of MySQL's serialization library: as many trailing ones in the first byte as further
    /// bytes follow, then (except for nine bytes) a zero, then the value, little endian.
    mutating func readVarlen() throws(DecodeError) -> UInt64 {
        let first = try readUInt8()
        let more = (~first).trailingZeroBitCount
        if more == 0 { return UInt64(first >> 1) }
        let rest = try readUInt(bytes: more)
        if more >= 8 { return rest }
        return UInt64(first) >> UInt64(more + 1) | rest << UInt64(7 - more)
    }
}
