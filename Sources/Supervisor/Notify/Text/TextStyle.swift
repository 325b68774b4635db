/// How a service marks up a text.
struct TextStyle: Sendable {
    /// Takes the meaning out of characters that would be markup, or a call of all members of a channel.
    var escape: @Sendable (String) -> String
    /// Takes an escaped text.
    var bold: @Sendable (String) -> String
    /// A text that is to be copied, of one or more lines. Takes it unescaped.
    var code: @Sendable (String) -> String
    /// Between two lines of a paragraph.
    var newline: String

    /// Without any markup, as in the text of a mail.
    static let plain = TextStyle(
        escape: { $0 }, bold: { $0 }, code: { "  " + $0.replacing("\n", with: "\n  ") }, newline: "\n")
}
