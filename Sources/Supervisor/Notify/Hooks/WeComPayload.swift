import SupervisorNotices

/// Markdown for a group robot of WeCom.
///
/// Source: https://developer.work.weixin.qq.com/document/path/91770: `content` has at most 4096 bytes of UTF-8; known are headings, bold,
/// links, code in a line, quotations and `<font color>` with `info`, `comment` or `warning`.
enum WeComPayload {
    /// There is no escape; `<` and `[` are written as their wide forms, because `<@…` calls
    /// people and `[…](…)` is a link.
    static let style = TextStyle(
        escape: escape, bold: { "**\($0)**" },
        code: { $0.split(separator: "\n", omittingEmptySubsequences: false).map { "> \(escape(String($0)))" }.joined(separator: "\n") },
        newline: "\n")

    static func body(_ message: Message) -> JSON {
        let headline = escape("\(message.severity.mark) \(message.headline)".onOneLine.cut(to: 300, .bytes))
        let head = "### <font color=\"\(message.severity == .info ? "info" : "warning")\">\(headline)</font>"
        let footer = "Message \(message.id), \(Moment.text(message.at))"
        let room = 4096 - head.utf8.count - footer.utf8.count - 4
        let text = ([head] + MessageText(style: style).blocks(of: message, total: room, .bytes) + [footer]).joined(separator: "\n\n")
        return ["msgtype": "markdown", "markdown": ["content": .text(text.cut(to: 4096, .bytes))]]
    }

    @Sendable private static func escape(_ text: String) -> String { text.replacing("<", with: "＜").replacing("[", with: "［") }
}
