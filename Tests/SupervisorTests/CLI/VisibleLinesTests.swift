import Synchronization
import Testing

@testable import SupervisorCLI

@Suite struct VisibleLinesTests {
    /// Wherever the pieces of a log are cut.
    @Test(arguments: 0...4)
    func aLogIsPassedOnWithoutWhatMovesTheCursor(size: Int) {
        let text = Array("é漢👍 \u{1B}[2Jgone\u{9B}0m\u{202E}\nnext\n".utf8) + [0xE6, 0xBC]
        let shown = Mutex<[UInt8]>([])
        let lines = VisibleLines { bytes in
            shown.withLock { $0 += bytes }
            return true
        }
        let pieces = size == 0 ? [text] : stride(from: 0, to: text.count, by: size).map { Array(text[$0..<min($0 + size, text.count)]) }
        for piece in pieces { #expect(lines.append(piece)) }
        lines.finish()
        let expected = "é漢👍 \u{FFFD}[2Jgone\u{FFFD}0m\u{FFFD}\nnext\n\u{FFFD}"
        #expect(String(decoding: shown.withLock { $0 }, as: UTF8.self) == expected)
    }

    /// Of two logs that are shown together, wherever they are cut; the last line of one may have no end.
    @Test(arguments: 1...4)
    func aLogBehindItsNameIsPassedOnInWholeLines(size: Int) {
        let shown = Mutex<[[UInt8]]>([])
        let lines = VisibleLines(behind: "one  ") { bytes in
            shown.withLock { $0.append(bytes) }
            return true
        }
        let text = Array("é\u{1B}[2J\n\nnext\nopen\u{9B}".utf8)
        for start in stride(from: 0, to: text.count, by: size) { #expect(lines.append(Array(text[start..<min(start + size, text.count)]))) }
        lines.finish()
        let pieces = shown.withLock { $0 }
        #expect(String(decoding: pieces.joined(), as: UTF8.self) == "one  é\u{FFFD}[2J\none  \none  next\none  open\u{FFFD}\n")
        #expect(pieces.allSatisfy { $0.last == UInt8(ascii: "\n") })
    }

    /// A line break in a message would look like a line of ours.
    @Test func cellsStayOnTheirLine() {
        #expect(Table.rows([["a\nremedy: do this", "b"], ["\u{1B}c", "d"]]) == "a remedy: do this  b\n\u{FFFD}c                 d")
    }
}
