/// CRC-32 as zlib computes it (polynomial 0xEDB88320), eight bytes at a time.
///
/// It is the checksum at the end of every event when `binlog_checksum=CRC32`.
/// Source: MySQL internals manual, "Binary log event checksum"; `checksum_crc32` in `binlog_event.cpp`.
package struct CRC32: Sendable {
    /// Eight tables of 256 entries: table n advances a byte by n further bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
            tables[byte] = value
        }
        for byte in 0..<256 {
            for slice in 1..<8 {
                let previous = tables[(slice - 1) * 256 + byte]
                tables[slice * 256 + byte] = previous >> 8 ^ tables[Int(previous & 255)]
            }
        }
        return tables
    }()

    private var state: UInt32 = 0xFFFF_FFFF

    package init() {}

    /// The checksum of all bytes so far.
    package var value: UInt32 { ~state }

    package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var crc = CRC32()
        crc.update(bytes)
        return crc.value
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var crc = state
        CRC32.tables.withUnsafeBufferPointer { table in
            var index = 0
            while index &+ 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let low = UInt32(truncatingIfNeeded: word) ^ crc
                let high = UInt32(truncatingIfNeeded: word &>> 32)
                crc =
                    table[1792 &+ Int(low & 255)] ^ table[1536 &+ Int(low &>> 8 & 255)]
                    ^ table[1280 &+ Int(low &>> 16 & 255)] ^ table[1024 &+ Int(low &>> 24)]
                    ^ table[768 &+ Int(high & 255)] ^ table[512 &+ Int(high &>> 8 & 255)]
                    ^ table[256 &+ Int(high &>> 16 & 255)] ^ table[Int(high &>> 24)]
                index &+= 8
            }
            while index < bytes.count {
                crc = crc &>> 8 ^ table[Int((crc ^ UInt32(bytes[index])) & 255)]
                index &+= 1
            }
        }
        state = crc
    }
}
