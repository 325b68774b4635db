import FoundationEssentials
import SupervisorAPI
import SupervisorNotices

/// Our own form; docs/webhook.md describes it.
enum WebhookPayload {
    static func request(_ message: Message, _ settings: HookSettings, _ now: Timestamp) throws -> HookRequest {
        let body = Array(try APICodec.encode(WebhookMessage(message)))
        var headers = ["Idempotency-Key: \(message.id)"]
        if let secret = settings.secret {
            let seconds = now.microsecondsSince1970 / 1_000_000
            headers.append("DTS-Signature: t=\(seconds),v1=\(HookSignature.hex(Array("\(seconds).".utf8) + body, key: secret))")
        }
        return HookRequest(url: settings.url, headers: headers, body: body)
    }
}

/// One message of a webhook. Fields may be added; none changes its meaning.
private struct WebhookMessage: Encodable {
    struct Item: Encodable {
        var id: String
        var event: String
        var severity: String
        var title: String
        @OrNull var taskId: String?
        @OrNull var task: String?
        @OrNull var pair: String?
        @OrNull var owner: String?
        var text: String
        var facts: [Notice.Fact]
        @OrNull var remedy: String?
        var at: Timestamp
        @OrNull var opens: String?
        var closes: [String]

        init(_ notice: Notice) {
            id = notice.id
            event = notice.event.rawValue
            severity = notice.severity.rawValue
            title = notice.event.title
            taskId = notice.taskID
            task = notice.task
            pair = notice.pair
            owner = notice.owner
            text = notice.text
            facts = notice.facts
            remedy = notice.remedy
            at = Timestamp(microsecondsSince1970: notice.at)
            opens = notice.event.isAlarm ? notice.alarmKey(notice.event) : nil
            closes = notice.event.closes.map(notice.alarmKey)
        }
    }

    struct Held: Encodable {
        var event: String
        var severity: String
        var count: Int
        var tasks: [String]
        var taskCount: Int
        var first: Timestamp
        var last: Timestamp

        init(_ held: Message.HeldBack) {
            event = held.event.rawValue
            severity = held.event.severity.rawValue
            count = held.count
            tasks = held.tasks
            taskCount = held.taskCount
            first = Timestamp(microsecondsSince1970: held.first)
            last = Timestamp(microsecondsSince1970: held.last)
        }
    }

    var version = 1
    var id: String
    var at: Timestamp
    var test: Bool
    var severity: String
    var headline: String
    var notices: [Item]
    var heldBack: [Held]

    init(_ message: Message) {
        id = message.id
        at = Timestamp(microsecondsSince1970: message.at)
        test = message.isTest
        severity = message.severity.rawValue
        headline = message.headline
        notices = message.notices.map(Item.init)
        heldBack = message.heldBack.map(Held.init)
    }
}
