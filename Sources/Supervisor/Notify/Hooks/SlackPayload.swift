import SupervisorNotices

/// An incoming webhook of Slack.
///
/// Source: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and
/// https://docs.slack.dev/reference/block-kit/blocks: at most 50 blocks, 150 characters in a header, 3000 in a section. Blocks of
/// more than about 13 000 characters together are refused (`msg_blocks_too_long`).
enum SlackPayload {
    /// Slack has no escape for its markup; only what calls people or makes links has to be taken out (`&`, `<`, `>`).
    static let style = TextStyle(
        escape: escape, bold: { "*\($0)*" },
        code: { text in
            let inner = escape(text.replacing("`", with: "'"))
            return inner.contains("\n") ? "```\n\(inner)\n```" : "`\(inner)`"
        }, newline: "\n")

    static func body(_ message: Message) -> JSON {
        let headline = "\(message.severity.mark) \(message.headline)".onOneLine
        let blocks = MessageText(style: style).blocks(of: message, total: 11_000, each: 2900, count: 40)
        var all: [JSON] = [["type": "header", "text": ["type": "plain_text", "text": .text(headline.cut(to: 150)), "emoji": false]]]
        all += blocks.map { ["type": "section", "text": ["type": "mrkdwn", "text": .text($0), "verbatim": true]] }
        let footer = "Message \(message.id), \(Moment.text(message.at))"
        all.append(["type": "context", "elements": [["type": "mrkdwn", "text": .text(footer), "verbatim": true]]])
        return ["text": .text(escape(headline).cut(to: 500)), "blocks": .list(all)]
    }

    @Sendable private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
