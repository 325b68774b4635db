import Testing

@testable import WorkerBinlog

@Suite struct InflateTests {
    /// Streams made by zlib: stored, fixed codes, dynamic codes.
    @Test(arguments: [
        ("78da030000000001", ""), ("7801010100feff6100620062", "a"), ("78da4b040000620062", "a"),
        ("78dacb48cdc9c957c8402701680308b1", "hello hello hello hello"),
    ])
    func readsWhatZlibWrote(_ stream: String, _ text: String) throws {
        var buffer = SQLBuffer()
        try unhex(stream).withUnsafeBytes { bytes in
            try Inflater.append(bytes, hasHeader: true, size: text.utf8.count, to: &buffer)
        }
        expectText(buffer, text)
    }

    @Test func refusesDamage() {
        let stream = unhex("78dacb48cdc9c957c8402701680308b1")
        for length in 0..<stream.count {
            var buffer = SQLBuffer()
            #expect(throws: DecodeError.self) {
                try stream[..<length].withUnsafeBytes {
                    try Inflater.append($0, hasHeader: true, size: 23, to: &buffer)
                }
            }
        }
        for size in [0, 22, 24] {
            var buffer = SQLBuffer()
            #expect(throws: DecodeError.self) {
                try stream.withUnsafeBytes { try Inflater.append($0, hasHeader: true, size: size, to: &buffer) }
            }
        }
    }

    @Test func randomBytesEnd() {
        var random = SeededGenerator.printing("InflateTests.randomBytesEnd")
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0..<80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            var buffer = SQLBuffer()
            _ = try? bytes.withUnsafeBytes { try Inflater.append($0, hasHeader: false, size: 5000, to: &buffer) }
            let count = buffer.count
            #expect(count <= 5000)
        }
    }
}
