/// A cursor over borrowed bytes: every read checks what is left and throws instead of reading past the end.
///
/// The bytes are little endian, as everything in a binlog that is not said to be otherwise. The reader does not own
/// them: it lives no longer than the call that was lent the bytes.
package struct ByteReader {
    package let bytes: UnsafeRawBufferPointer
    /// Position of the next byte to read.
    package private(set) var offset = 0
    /// What is being read, for errors.
    package var context: String
    /// Offset of the first byte in the event, for errors.
    package let origin: Int

    package init(_ bytes: UnsafeRawBufferPointer, context: String, origin: Int = 0) {
        self.bytes = bytes
        self.context = context
        self.origin = origin
    }

    package var remaining: Int { bytes.count &- offset }
    package var isAtEnd: Bool { offset >= bytes.count }

    /// An error of this reader's context at the current position.
    package func error(_ reason: DecodeError.Reason, _ detail: String? = nil) -> DecodeError {
        DecodeError(reason, detail.map { "\(context), \($0)" } ?? context, at: origin &+ offset)
    }

    @inline(__always)
    private func need(_ count: Int) throws(DecodeError) {
        guard count >= 0, remaining >= count else { throw error(.truncated) }
    }

    package mutating func readUInt8() throws(DecodeError) -> UInt8 {
        try need(1)
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt8.self)
        offset &+= 1
        return value
    }

    package mutating func readUInt16() throws(DecodeError) -> UInt16 {
        try need(2)
        let value = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
        offset &+= 2
        return value
    }

    package mutating func readUInt32() throws(DecodeError) -> UInt32 {
        try need(4)
        let value = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        offset &+= 4
        return value
    }

    package mutating func readUInt64() throws(DecodeError) -> UInt64 {
        try need(8)
        let value = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset &+= 8
        return value
    }

    /// A little-endian number of 0 to 8 bytes.
    package mutating func readUInt(bytes count: Int) throws(DecodeError) -> UInt64 {
        guard count <= 8 else { throw error(.invalid, "integer of \(count) bytes") }
        try need(count)
        let value = bytes.littleEndian(at: offset, count: count)
        offset &+= count
        return value
    }

    /// A length-encoded integer: one byte up to 250, else 0xFC, 0xFD or 0xFE before 2, 3 or 8 bytes.
    /// Source: MySQL client/server protocol, "Protocol::LengthEncodedInteger"; `net_field_length_ll`.
    package mutating func readPacked() throws(DecodeError) -> UInt64 {
        let first = try readUInt8()
        switch first {
        case 0...250: return UInt64(first)
        case 252: return try readUInt(bytes: 2)
        case 253: return try readUInt(bytes: 3)
        case 254: return try readUInt64()
        default: throw error(.invalid, "length-encoded integer")
        }
    }

    /// A length-encoded integer that must fit in what is left, times `unit` bytes each.
    package mutating func readPackedCount(unit: Int = 1) throws(DecodeError) -> Int {
        let value = try readPacked()
        guard value <= UInt64(remaining), Int(value) <= remaining / max(unit, 1) else { throw error(.truncated) }
        return Int(value)
    }

    /// The next `count` bytes, borrowed.
    package mutating func take(_ count: Int) throws(DecodeError) -> UnsafeRawBufferPointer {
        try need(count)
        let slice = UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset &+ count)])
        offset &+= count
        return slice
    }

    /// All that is left, borrowed.
    package mutating func takeRest() -> UnsafeRawBufferPointer {
        let slice = UnsafeRawBufferPointer(rebasing: bytes[offset...])
        offset = bytes.count
        return slice
    }

    package mutating func skip(_ count: Int) throws(DecodeError) {
        try need(count)
        offset &+= count
    }

    /// The next `count` bytes as text; bytes that are not UTF-8 are repaired.
    package mutating func readString(_ count: Int) throws(DecodeError) -> String {
        String(decoding: try take(count), as: UTF8.self)
    }
}

extension UnsafeRawBufferPointer {
    /// A little-endian number of up to 8 bytes. The caller has checked that they are there.
    @inline(__always)
    func littleEndian(at offset: Int, count: Int) -> UInt64 {
        var value: UInt64 = 0
        var index = count &- 1
        while index >= 0 {
            value = value &<< 8 | UInt64(self[offset &+ index])
            index &-= 1
        }
        return value
    }

    /// A big-endian number of up to 8 bytes. The caller has checked that they are there.
    @inline(__always)
    func bigEndian(at offset: Int, count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<count { value = value &<< 8 | UInt64(self[offset &+ index]) }
        return value
    }

    /// Whether both hold the same bytes.
    @inlinable
    package func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        if baseAddress == other.baseAddress { return true }
        return elementsEqualByWords(other)
    }

    @usableFromInline
    func elementsEqualByWords(_ other: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index &+ 8 <= count {
            let left = loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if left != other.loadUnaligned(fromByteOffset: index, as: UInt64.self) { return false }
            index &+= 8
        }
        while index < count {
            if self[index] != other[index] { return false }
            index &+= 1
        }
        return true
    }
}
