import SyncModel
import Testing

@Suite("Texts of others, as they are shown")
struct VisibleTextTests {
    @Test(arguments: [
        ("plain: ä 漢 👩‍👧 🇩🇪", "plain: ä 漢 👩‍👧 🇩🇪"),
        ("\u{1B}[2J\u{1B}]0;title\u{7}", "\u{FFFD}[2J\u{FFFD}]0;title\u{FFFD}"),
        ("\u{9B}31m\u{7F}\u{0}\r", "\u{FFFD}31m\u{FFFD}\u{FFFD}\u{FFFD}"),
        ("abc\u{202E}cba\u{2066}\u{2069}\u{200F}", "abc\u{FFFD}cba\u{FFFD}\u{FFFD}\u{FFFD}"),
        ("a\u{200B}b\u{FEFF}\u{E0041}", "a\u{FFFD}b\u{FFFD}\u{FFFD}"),
        ("line\n\ttab", "line\n\ttab"),
    ])
    func visible(text: String, shown: String) { #expect(text.visible == shown) }

    @Test func onOneLine() {
        #expect("a\nerror: b\r\u{2028}c\td".visibleOnOneLine == "a error: b  c d")
    }
}
