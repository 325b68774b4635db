import Testing

@testable import WorkerBinlog

@Suite struct SQLBufferTests {
    @Test func numbers() {
        for value: UInt64 in [0, 1, 9, 10, 99, 100, 12_345, 999_999_999, 1_000_000_000, .max, .max - 1, 1 << 63] {
            var buffer = SQLBuffer()
            buffer.append(decimal: value)
            expectText(buffer, "\(value)")
        }
        for exponent in 0..<19 {
            for offset: Int64 in [-1, 0, 1] {
                var buffer = SQLBuffer()
                buffer.append(decimal: Int64(UInt64.powerOfTen(exponent)) + offset)
                expectText(buffer, "\(Int64(UInt64.powerOfTen(exponent)) + offset)")
            }
        }
        var buffer = SQLBuffer()
        buffer.append(decimal: Int64.min)
        expectText(buffer, "-9223372036854775808")
    }

    @Test func growsAndKeepsItsBytes() {
        var buffer = SQLBuffer(capacity: 1)
        var expected: [UInt8] = []
        for index in 0..<10_000 {
            buffer.append(byte: UInt8(index % 251))
            expected.append(UInt8(index % 251))
        }
        buffer.append("literal")
        buffer.append(identifier: "a`b")
        expected += Array("literal`a``b`".utf8)
        expectBytes(buffer, expected)
        buffer.truncate(to: 3)
        expectBytes(buffer, [0, 1, 2])
        buffer.removeAll(keepingCapacity: false)
        expectBytes(buffer, [])
    }

    /// Every byte at every place in a word, against the plain rule.
    @Test func escapes() {
        func plain(_ bytes: [UInt8]) -> String {
            bytes.map { byte in
                switch byte {
                case 0: "5c30"
                case 10: "5c6e"
                case 13: "5c72"
                case 26: "5c5a"
                case 34, 39, 92: "5c" + hex([byte])
                default: hex([byte])
                }
            }.joined()
        }
        for byte in UInt8.min...UInt8.max {
            for place in 0..<11 {
                var bytes = [UInt8](repeating: 0x61, count: 17)
                bytes[place] = byte
                bytes[place + 2] = byte ^ 0x80
                var buffer = SQLBuffer()
                bytes.withUnsafeBytes { buffer.append(escaped: $0) }
                expectHex(buffer, plain(bytes))
            }
        }
        let all = Array(UInt8.min...UInt8.max)
        var buffer = SQLBuffer()
        all.withUnsafeBytes { buffer.append(quoted: $0) }
        expectHex(buffer, "27" + plain(all) + "27")
    }

    @Test func checksums() {
        let known: [(String, UInt32)] = [
            ("", 0), ("a", 0xE8B7_BE43), ("123456789", 0xCBF4_3926), (String(repeating: "x", count: 1000), 0x3B41_C9E6),
        ]
        for (text, expected) in known {
            #expect(Array(text.utf8).withUnsafeBytes { CRC32.checksum($0) } == expected, "\(text.prefix(10))")
        }
    }
}
