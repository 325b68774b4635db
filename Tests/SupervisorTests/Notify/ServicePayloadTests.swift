import FoundationEssentials
import SupervisorAPI
import SupervisorNotices
import SyncModel
import Testing
import TestSupport

@testable import SupervisorNotify

/// What each service gets, field by field, and what is made of its answers.
@Suite(.timeLimit(.minutes(5))) struct ServicePayloadTests {
    private static let now = Timestamp(microsecondsSince1970: 1_795_408_200_123_000)
    private let sender = ChannelSender(now: { now })

    /// Sends a message and returns what arrived.
    private func requests(
        _ service: HookSettings.Service, _ message: Message, path: String = "/hook", secret: String? = nil, answers body: String = "ok", in scope: Scope
    ) async throws -> [HookServer.Request] {
        let server = try await HookServer(in: scope)
        try server.answer(["/hook": .init(body: body)])
        _ = try await sender.send(message, over: NotifySamples.hook(service, server.url + path, secret: secret)).acceptance
        return try server.requests()
    }

    private func one(_ requests: [HookServer.Request]) throws -> JSON {
        try #require(requests.count == 1)
        return try JSON(text: requests[0].body)
    }

    private let footer: JSON = "Message bbbbbbbb-0000-4000-8000-00000000000b, 2026-11-23 04:28:51 UTC"

    @Test func slack() async throws {
        try await Scope.with { scope in
            let message = NotifySamples.message([NotifySamples.failed], heldBack: [NotifySamples.held])
            let body = try one(await requests(.slack, message, in: scope))
            let first = """
                *Task orders (pair shop, owner ops@example.com)*
                🔴 *critical: failed*, 2026-11-23 04:28:48 UTC
                The source &lt;a&gt; has purged its binlog &amp; "more"
                • code: binlog-purged
                • file: bin.000007
                *What to do:*
                ```
                dts-supervisor task similar orders
                dts-supervisor task start *
                ```
                Notice aaaaaaaa-0000-4000-8000-000000000001
                """
            let second = """
                *Held back, and only counted here*
                • 9990 × warning: retrying; tasks crm, orders; 2026-11-23 04:28:48 UTC to 2026-11-23 04:29:48 UTC
                `dts-supervisor message list` shows all.
                """
            #expect(
                body == [
                    "text": "🔴 9991 notices, critical",
                    "blocks": [
                        ["type": "header", "text": ["type": "plain_text", "text": "🔴 9991 notices, critical", "emoji": false]],
                        ["type": "section", "text": ["type": "mrkdwn", "text": .text(first), "verbatim": true]],
                        ["type": "section", "text": ["type": "mrkdwn", "text": .text(second), "verbatim": true]],
                        ["type": "context", "elements": [["type": "mrkdwn", "text": footer, "verbatim": true]]],
                    ],
                ])
        }
    }

    @Test func teams() async throws {
        try await Scope.with { scope in
            func block(_ runs: JSON...) -> JSON { ["type": "RichTextBlock", "inlines": .list(runs)] }
            func run(_ text: String) -> JSON { ["type": "TextRun", "text": .text(text)] }
            func bold(_ text: String) -> JSON { ["type": "TextRun", "text": .text(text), "weight": "Bolder"] }
            func subtle(_ text: String) -> JSON { ["type": "TextRun", "text": .text(text), "isSubtle": true] }
            func small(_ text: String) -> JSON { ["type": "TextRun", "text": .text(text), "isSubtle": true, "size": "Small"] }
            let body = try one(await requests(.teams, NotifySamples.message(), answers: "", in: scope))
            let remedy: JSON = [
                "type": "TextRun", "text": "dts-supervisor task similar orders\ndts-supervisor task start *", "fontType": "Monospace",
            ]
            let container: JSON = [
                "type": "Container", "separator": true,
                "items": [
                    block(bold("Task orders (pair shop, owner ops@example.com)")),
                    block(bold("🔴 critical: failed"), subtle(", 2026-11-23 04:28:48 UTC")),
                    block(run("The source <a> has purged its binlog & \"more\"")),
                    block(subtle("code: "), run("binlog-purged")), block(subtle("file: "), run("bin.000007")),
                    block(bold("What to do:")), block(remedy), block(small("Notice aaaaaaaa-0000-4000-8000-000000000001")),
                ],
            ]
            let title: JSON = [
                "type": "TextBlock", "size": "Large", "weight": "Bolder", "wrap": true, "color": "Attention", "text": "🔴 orders: failed",
            ]
            let card: JSON = [
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
                "msteams": ["width": "Full"],
                "body": [title, container, block(small("Message bbbbbbbb-0000-4000-8000-00000000000b, 2026-11-23 04:28:51 UTC"))],
            ]
            #expect(
                body == [
                    "type": "message", "attachments": [["contentType": "application/vnd.microsoft.card.adaptive", "content": card]],
                ])
        }
    }

    @Test func discord() async throws {
        try await Scope.with { scope in
            let requests = try await requests(.discord, NotifySamples.message(), path: "/hook?thread_id=7", answers: "{}", in: scope)
            #expect(requests.map(\.path) == ["/hook?thread_id=7&wait=true"])
            let text = #"""
                **Task orders \(pair shop, owner ops\@example.com\)**
                🔴 **critical\: failed**, 2026-11-23 04:28:48 UTC
                The source \<a\> has purged its binlog & "more"
                • code\: binlog-purged
                • file\: bin.000007
                **What to do\:**
                ```
                dts-supervisor task similar orders
                dts-supervisor task start *
                ```
                Notice aaaaaaaa-0000-4000-8000-000000000001
                """#
            #expect(
                try one(requests) == [
                    "embeds": [
                        [
                            "title": "orders: failed", "description": .text(text), "color": 0xC62828, "timestamp": "2026-11-23T04:28:51.000Z",
                            "footer": ["text": "Message bbbbbbbb-0000-4000-8000-00000000000b"],
                        ]
                    ],
                    "allowed_mentions": ["parse": []],
                ])
        }
    }

    @Test func feishu() async throws {
        try await Scope.with { scope in
            let good = #"{"code":0,"msg":"success","data":{}}"#
            let body = try one(await requests(.feishu, NotifySamples.message([NotifySamples.diskLow]), secret: "sécret", answers: good, in: scope))
            let text = """
                DTS
                🔴 critical: disk low, 2026-11-23 04:28:49 UTC
                8 % of /var is free
                Notice aaaaaaaa-0000-4000-8000-000000000002
                """
            #expect(
                body == [
                    "timestamp": "1795408200", "sign": .text(try await Python.hmac(key: "1795408200\nsécret", text: "", base64: true)),
                    "msg_type": "interactive",
                    "card": [
                        "config": ["wide_screen_mode": true],
                        "header": ["template": "red", "title": ["tag": "plain_text", "content": "🔴 disk low"]],
                        "elements": [
                            ["tag": "div", "text": ["tag": "plain_text", "content": .text(text)]],
                            ["tag": "note", "elements": [["tag": "plain_text", "content": footer]]],
                        ],
                    ],
                ])
            let unsigned = try one(await requests(.feishu, NotifySamples.message(), answers: good, in: scope))
            #expect(unsigned["sign"] == nil && unsigned["timestamp"] == nil && unsigned["msg_type"] == "interactive")
        }
    }

    @Test func dingTalk() async throws {
        try await Scope.with { scope in
            let good = #"{"errcode":0,"errmsg":"ok"}"#
            let requests = try await requests(
                .dingtalk, NotifySamples.message(), path: "/hook?access_token=abc", secret: "SECabc", answers: good, in: scope)
            let sign = try await Python.hmac(key: "SECabc", text: "1795408200123\nSECabc", base64: true)
            let escaped = sign.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
            #expect(requests.map(\.path) == ["/hook?access_token=abc&timestamp=1795408200123&sign=\(escaped)"])
            let text = """
                ### 🔴 orders: failed

                **Task orders (pair shop, owner ops@example.com)**␣␣
                🔴 **critical: failed**, 2026-11-23 04:28:48 UTC␣␣
                The source \\<a\\> has purged its binlog & "more"␣␣
                • code: binlog-purged␣␣
                • file: bin.000007␣␣
                **What to do:**␣␣
                > dts-supervisor task similar orders␣␣
                > dts-supervisor task start \\*␣␣
                Notice aaaaaaaa-0000-4000-8000-000000000001

                Message bbbbbbbb-0000-4000-8000-00000000000b, 2026-11-23 04:28:51 UTC
                """.replacing("␣", with: " ")
            #expect(
                try one(requests) == [
                    "msgtype": "markdown", "markdown": ["title": "🔴 orders: failed", "text": .text(text)], "at": ["isAtAll": false],
                ])
            let unsigned = try await self.requests(.dingtalk, NotifySamples.message(), path: "/hook?access_token=abc", answers: good, in: scope)
            #expect(unsigned.map(\.path) == ["/hook?access_token=abc"])
        }
    }

    @Test func weCom() async throws {
        try await Scope.with { scope in
            let good = #"{"errcode":0,"errmsg":"ok"}"#
            let requests = try await requests(.wecom, NotifySamples.message(), path: "/hook?key=abc", answers: good, in: scope)
            let text = """
                ### <font color="warning">🔴 orders: failed</font>

                **Task orders (pair shop, owner ops@example.com)**
                🔴 **critical: failed**, 2026-11-23 04:28:48 UTC
                The source ＜a> has purged its binlog & "more"
                • code: binlog-purged
                • file: bin.000007
                **What to do:**
                > dts-supervisor task similar orders
                > dts-supervisor task start *
                Notice aaaaaaaa-0000-4000-8000-000000000001

                Message bbbbbbbb-0000-4000-8000-00000000000b, 2026-11-23 04:28:51 UTC
                """
            #expect(try one(requests) == ["msgtype": "markdown", "markdown": ["content": .text(text)]])
        }
    }

    /// Service, what it answers with 200, whether it would say so again, and when to ask again.
    @Test(arguments: [
        (HookSettings.Service.slack, "invalid_blocks", true, Duration?.none),
        (.teams, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413", true, nil),
        (.teams, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429", false, nil),
        (.feishu, #"{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}"#, true, nil),
        (.feishu, #"{"code":11232,"msg":"frequency limited"}"#, false, nil),
        (.feishu, #"{"StatusCode":1,"StatusMessage":"no"}"#, true, nil),
        (.dingtalk, #"{"errcode":310000,"errmsg":"sign not match"}"#, true, nil),
        (.dingtalk, #"{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}"#, false, .seconds(600)),
        (.dingtalk, "<html>a portal of the network</html>", false, nil),
        (.wecom, #"{"errcode":93000,"errmsg":"invalid webhook url"}"#, true, nil),
        (.wecom, #"{"errcode":45009,"errmsg":"api freq out of limit"}"#, false, .seconds(60)),
    ])
    func aRefusalThatComesWithStatus200IsOne(service: HookSettings.Service, body: String, isPermanent: Bool, retryAfter: Duration?) async throws {
        try await Scope.with { scope in
            let server = try await HookServer(in: scope)
            try server.answer(["/hook": .init(body: body)])
            let refusal = try await sender.send(NotifySamples.message(), over: NotifySamples.hook(service, server.url + "/hook")).refusal
            #expect(refusal.code == .deliveryRefused)
            #expect(refusal.reason.contains("HTTP 200: \(body)"))
            #expect(refusal.isPermanent == isPermanent)
            #expect(refusal.retryAfter == retryAfter)
        }
    }
}

extension JSON {
    init(text: String) throws { self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8)) }

    subscript(name: String) -> JSON? { if case .object(let fields) = self { fields[name] } else { nil } }
    subscript(index: Int) -> JSON? { if case .list(let items) = self, items.indices.contains(index) { items[index] } else { nil } }
    var string: String? { if case .text(let text) = self { text } else { nil } }
    var items: [JSON] { if case .list(let items) = self { items } else { [] } }
}

extension JSON: Decodable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Bool.self) { self = .bool(value) } else if let value = try? container.decode(Int.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) { self = .text(value) } else if let value = try? container.decode([JSON].self) {
            self = .list(value)
        } else { self = .object(try container.decode([String: JSON].self)) }
    }
}
