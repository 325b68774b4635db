import SupervisorAPI
import SupervisorNotices

/// Markdown for a custom robot of DingTalk.
///
/// Source: https://open.dingtalk.com/document/robots/custom-robot-access and
/// https://open.dingtalk.com/document/robots/customize-robot-security-settings: the signature is HMAC-SHA256 of the time in milliseconds, a
/// line break and the secret, with the secret as its key. Messages of robots have at most 15 000 bytes; a robot sends 20 in a minute.
enum DingTalkPayload {
    /// A line break of its own needs two spaces before it. The service's documentation names no escape; a backslash is Markdown's.
    static let style = TextStyle(
        escape: escape, bold: { "**\($0)**" },
        code: { $0.split(separator: "\n", omittingEmptySubsequences: false).map { "> \(escape(String($0)))" }.joined(separator: "  \n") },
        newline: "  \n")

    static func url(_ url: String, secret: String?, _ now: Timestamp) -> String {
        guard let secret else { return url }
        let milliseconds = now.microsecondsSince1970 / 1000
        let sign = HookSignature.base64("\(milliseconds)\n\(secret)", key: secret)
        return url.addingQuery("timestamp", "\(milliseconds)").addingQuery("sign", sign.queryEscaped)
    }

    static func body(_ message: Message) -> JSON {
        let headline = "\(message.severity.mark) \(message.headline)".onOneLine
        let blocks = MessageText(style: style).blocks(of: message, total: 10_000, .bytes)
        let footer = "Message \(message.id), \(Moment.text(message.at))"
        let text = (["### \(escape(headline.cut(to: 200)))"] + blocks + [footer]).joined(separator: "\n\n")
        return ["msgtype": "markdown", "markdown": ["title": .text(headline.cut(to: 100)), "text": .text(text)], "at": ["isAtAll": false]]
    }

    @Sendable private static func escape(_ text: String) -> String {
        var result = ""
        for character in text {
            if "\\*_`#[]<>".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }
}
