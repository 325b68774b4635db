import SupervisorAPI
import SupervisorNotices

/// A card for a custom bot of Feishu or Lark.
///
/// Source: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: at most 20 KB; the signature is HMAC-SHA256 of nothing, with
/// the time in seconds, a line break and the secret as its key.
enum FeishuPayload {
    static func body(_ message: Message, secret: String?, _ now: Timestamp) -> JSON {
        // Plain text elements: nothing in them is markup.
        let blocks = MessageText().blocks(of: message, total: 14_000, separator: 80, .bytes)
        var elements: [JSON] = []
        for block in blocks {
            if !elements.isEmpty { elements.append(["tag": "hr"]) }
            elements.append(["tag": "div", "text": ["tag": "plain_text", "content": .text(block)]])
        }
        let footer = "Message \(message.id), \(Moment.text(message.at))"
        elements.append(["tag": "note", "elements": [["tag": "plain_text", "content": .text(footer)]]])
        var body: [String: JSON] = [
            "msg_type": "interactive",
            "card": [
                "config": ["wide_screen_mode": true],
                "header": [
                    "template": .text(color(message.severity)),
                    "title": ["tag": "plain_text", "content": .text("\(message.severity.mark) \(message.headline)".onOneLine.cut(to: 200))],
                ],
                "elements": .list(elements),
            ],
        ]
        if let secret {
            let seconds = now.microsecondsSince1970 / 1_000_000
            body["timestamp"] = "\(seconds)"
            body["sign"] = .text(HookSignature.base64("", key: "\(seconds)\n\(secret)"))
        }
        return .object(body)
    }

    private static func color(_ severity: Severity) -> String {
        switch severity {
        case .info: "blue"
        case .warning: "orange"
        case .critical: "red"
        }
    }
}
