import SupervisorNotices

/// An adaptive card for a webhook of Microsoft Teams: of a Workflow, or of the older kind.
///
/// Source: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using (a `message` with the card
/// as its only attachment), https://adaptivecards.io/explorer (the elements) and
/// https://learn.microsoft.com/connectors/teams (28 KB for a message; 21 000 bytes are reported to be what passes).
enum TeamsPayload {
    /// Bytes of the notices; the frame of the card and the summary come on top.
    private static let limit = 15_000

    static func body(_ message: Message) -> JSON {
        let fitted = Fitted(message.grouped, total: limit, count: 50, size: { $0.size }, render: container)
        var body: [JSON] = [
            [
                "type": "TextBlock", "size": "Large", "weight": "Bolder", "wrap": true, "color": .text(color(message.severity)),
                "text": .text("\(message.severity.mark) \(message.headline)".onOneLine.cut(to: 200)),
            ]
        ]
        if message.isTest, message.notices.isEmpty { body.append(paragraph([run(Message.testText)])) }
        body += fitted.pieces
        if let left = fitted.left { body.append(paragraph([run(left)])) }
        if let summary = MessageText().summary(of: message) { body.append(paragraph([run(summary.cut(to: 1200))])) }
        body.append(paragraph([run("Message \(message.id), \(Moment.text(message.at))", ["isSubtle": true, "size": "Small"])]))
        let card: JSON = [
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
            "msteams": ["width": "Full"], "body": .list(body),
        ]
        return [
            "type": "message", "attachments": [["contentType": "application/vnd.microsoft.card.adaptive", "content": card]],
        ]
    }

    /// Text runs, because the text of other elements is read as Markdown.
    private static func container(_ parts: NoticeParts) -> JSON {
        var items: [JSON] = []
        if let subject = parts.subject { items.append(paragraph([run(subject, ["weight": "Bolder"])])) }
        items.append(paragraph([run("\(parts.mark) \(parts.heading)", ["weight": "Bolder"]), run(", \(parts.when)", ["isSubtle": true])]))
        items.append(paragraph([run(parts.text)]))
        items += parts.facts.map { paragraph([run("\($0.name): ", ["isSubtle": true]), run($0.value)]) }
        if let remedy = parts.remedy {
            items.append(paragraph([run("What to do:", ["weight": "Bolder"])]))
            items.append(paragraph([run(remedy, ["fontType": "Monospace"])]))
        }
        items.append(paragraph([run("Notice \(parts.id)", ["isSubtle": true, "size": "Small"])]))
        return ["type": "Container", "separator": true, "items": .list(items)]
    }

    private static func paragraph(_ runs: [JSON]) -> JSON { ["type": "RichTextBlock", "inlines": .list(runs)] }

    private static func run(_ text: String, _ more: [String: JSON] = [:]) -> JSON {
        .object(["type": "TextRun", "text": .text(text)].merging(more) { $1 })
    }

    private static func color(_ severity: Severity) -> String {
        switch severity {
        case .info: "Accent"
        case .warning: "Warning"
        case .critical: "Attention"
        }
    }
}
