import SupervisorAPI
import SupervisorNotices
import SyncModel
import Testing

@testable import SupervisorNotify

/// What a server writes must not act where a message of ours is read.
@Suite("Texts of servers in mails and chats")
struct HarmlessTextTests {
    private static let text =
        "@channel \u{1B}[31mred\u{1B}[0m \u{202E}txet <!here> <@U1> [click](https://evil.example/x) http://evil.example 'dts'@'%' ops@example.com (@all) line\n@everyone"

    private static var message: Message {
        let notice = Notice(id: "n", .failed, task: "orders", text: text, facts: [.init("reason", text)], remedy: text, at: 1)
        return Message(id: "m", at: 1, notices: [notice])
    }

    @Test(arguments: ["mail", "slack", "discord", "teams", "feishu", "dingtalk", "wecom", "pagerduty"])
    func nothingActs(on channel: String) throws {
        let message = Self.message
        let body: String =
            switch channel {
            case "mail": message.plainText + MailHTML.page(message, message.fittedParts)
            case "slack": String(decoding: try SlackPayload.body(message).bytes, as: UTF8.self)
            case "discord": String(decoding: try DiscordPayload.body(message).bytes, as: UTF8.self)
            case "teams": String(decoding: try TeamsPayload.body(message).bytes, as: UTF8.self)
            case "feishu": String(decoding: try FeishuPayload.body(message, secret: nil, Timestamp(microsecondsSince1970: 0)).bytes, as: UTF8.self)
            case "dingtalk": String(decoding: try DingTalkPayload.body(message).bytes, as: UTF8.self)
            case "wecom": String(decoding: try WeComPayload.body(message).bytes, as: UTF8.self)
            default: String(decoding: try PagerDutyPayload.events(message, routingKey: "k")[0].bytes, as: UTF8.self)
            }
        for word in ["@channel", "@all", "@everyone", "\u{1B}", "\\u001b", "\\u001B", "\u{202E}", "https://evil", "http://evil", "<!here>"] {
            if word == "<!here>", !["slack", "wecom", "mail"].contains(channel) { continue }
            // The text of a mail has no markup.
            if word == "<!here>", channel == "mail" { continue }
            #expect(!body.contains(word), "\(word) in \(body)")
        }
        #expect(body.contains("evil.example"))
        if channel == "mail" { #expect(body.contains("'dts'@'%'") && body.contains("ops@example.com")) }
        if channel == "wecom" { #expect(!body.contains("](")  || !body.contains("[click]")) }
    }

    @Test func webhooksHaveTheTextAsItIs() throws {
        let settings = HookSettings(service: .webhook, url: "https://example.com/x")
        let request = try WebhookPayload.request(Self.message, settings, Timestamp(microsecondsSince1970: 0))
        let read = try APICodec.decode(Hook.self, from: request.body)
        #expect(read.notices.first?.text == Self.text)
    }

    private struct Hook: Decodable {
        struct Item: Decodable { var text: String }
        var notices: [Item]
    }
}
