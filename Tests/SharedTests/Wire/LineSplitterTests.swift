import SyncWire
import Testing

@Suite("Line splitter")
struct LineSplitterTests {
    private func split(_ text: [UInt8], limit: Int = 1 << 20, pieces: Int) -> ([LineSplitter.Piece], Int) {
        var splitter = LineSplitter(limit: limit)
        var found: [LineSplitter.Piece] = []
        text.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: pieces) {
                let end = min(start + pieces, bytes.count)
                splitter.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) { found.append($0) }
            }
        }
        return (found, splitter.unfinished)
    }

    @Test("lines come out whole, whatever pieces they arrive in", arguments: 1...12)
    func pieces(size: Int) {
        // U+2028 is no end of a line, and neither is a carriage return.
        let text = Array("one\ntwo\u{2028}two\n\r\n\nlast\nrest".utf8)
        let (found, unfinished) = split(text, pieces: size)
        #expect(found == ["one", "two\u{2028}two", "\r", "", "last"].map { .line(Array($0.utf8)) })
        #expect(unfinished == 4)
    }

    @Test("a line that is too long is reported once and does not hide the next", arguments: 1...20)
    func tooLong(size: Int) {
        let text = Array("short\n".utf8) + [UInt8](repeating: 65, count: 100) + Array("\nnext\n".utf8)
        let (found, unfinished) = split(text, limit: 10, pieces: size)
        #expect(found.count == 3)
        #expect(found.first == .line(Array("short".utf8)))
        #expect(found.last == .line(Array("next".utf8)))
        if case .tooLong(let byteCount) = found[1] { #expect(byteCount > 10) } else { Issue.record("no report") }
        #expect(unfinished == 0)
    }
}
