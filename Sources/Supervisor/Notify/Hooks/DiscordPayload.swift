import SupervisorNotices

/// A webhook of Discord.
///
/// Source: https://docs.discord.com/developers/resources/webhook#execute-webhook and
/// https://docs.discord.com/developers/resources/message#embed-object-embed-limits: 10 embeds, 256 characters in a title, 4096 in a
/// description, 2048 in a footer, 6000 in all embeds together.
enum DiscordPayload {
    static let style = TextStyle(
        escape: escape, bold: { "**\($0)**" }, code: { "```\n\($0.replacing("```", with: "'''"))\n```" }, newline: "\n")

    /// With `wait`, Discord answers when the message is there, or why not.
    static func url(_ url: String) -> String { url.addingQuery("wait", "true") }

    static func body(_ message: Message) -> JSON {
        let blocks = MessageText(style: style).blocks(of: message, total: 3900)
        let embed: JSON = [
            "title": .text(message.headline.onOneLine.cut(to: 256)),
            "description": .text(blocks.joined(separator: "\n\n").cut(to: 4096)),
            "color": .number(color(message.severity)),
            "timestamp": .text(Moment.rfc3339(message.at)),
            "footer": ["text": .text("Message \(message.id)")],
        ]
        // Nobody is called, whatever the texts hold.
        return ["embeds": [embed], "allowed_mentions": ["parse": []]]
    }

    @Sendable private static func escape(_ text: String) -> String {
        var result = ""
        for character in text {
            if "\\*_~`|>#[]()<@:".contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }

    private static func color(_ severity: Severity) -> Int {
        switch severity {
        case .info: 0x1F6FEB
        case .warning: 0xB35900
        case .critical: 0xC62828
        }
    }
}
