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

    /// A line break in a message would look like a line of ours.
    @Test func cellsStayOnTheirLine() {
        #expect(Table.rows([["a\nremedy: do this", "b"], ["\u{1B}c", "d"]]) == "a remedy: do this  b\n\u{FFFD}c                 d")
    }
}
