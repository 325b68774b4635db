import SupervisorNotices

/// Events of PagerDuty's Events API v2, one for each alarm that opens or closes.
///
/// Source: https://developer.pagerduty.com/docs/send-alert-event: `summary` has at most 1024 characters, `dedup_key` 255, an event 512 KB. An
/// event with the key of an open alert is added to it; a `resolve` without an open alert changes nothing.
enum PagerDutyPayload {
    static func events(_ message: Message, routingKey: String) -> [JSON] {
        var events: [JSON] = []
        if message.isTest {
            let key = "dts/test/\(message.id)"
            let test = trigger(
                routingKey, key, summary: "DTS: test message", message.severity, Moment.rfc3339(message.at),
                ["text": .text(Message.testText)])
            return [test, resolve(routingKey, key)]
        }
        var resolved: Set<String> = []
        for (index, notice) in message.notices.enumerated() {
            let closed = notice.event.closes.map(notice.alarmKey)
            events += closed.filter { resolved.insert($0).inserted }.map { resolve(routingKey, $0) }
            guard closed.isEmpty else { continue }
            let key = notice.event.isAlarm ? notice.alarmKey(notice.event) : notice.id
            // What is over already wakes nobody; and were this message sent again, it would open the alert a second time.
            let isOver = message.notices[(index + 1)...].contains { $0.event.closes.map($0.alarmKey).contains(key) }
            if isOver { continue }
            resolved.remove(key)
            events.append(trigger(routingKey, key, notice))
        }
        if !message.heldBack.isEmpty { events.append(summary(routingKey, message)) }
        return events
    }

    private static func trigger(_ routingKey: String, _ key: String, _ notice: Notice) -> JSON {
        let parts = NoticeParts(notice, cap: 8000)
        var details: [String: JSON] = ["event": .text(notice.event.rawValue), "text": .text(parts.text), "notice": .text(notice.id)]
        if let task = notice.task { details["task"] = .text(task) }
        if let pair = notice.pair { details["pair"] = .text(pair) }
        if let owner = notice.owner { details["owner"] = .text(owner) }
        if let remedy = parts.remedy { details["remedy"] = .text(remedy) }
        if !parts.facts.isEmpty {
            details["facts"] = .object(Dictionary(parts.facts.map { ($0.name, JSON.text($0.value)) }) { .text("\($0.string), \($1.string)") })
        }
        return trigger(
            routingKey, key, summary: "\(notice.headline): \(notice.text)", notice.severity, Moment.rfc3339(notice.at), .object(details),
            component: notice.task, group: notice.pair, kind: notice.event.rawValue)
    }

    private static func summary(_ routingKey: String, _ message: Message) -> JSON {
        let lines = HeldBackText.lines(message.heldBack)
        let count = message.heldBack.reduce(0) { $0 + $1.count }
        let severity = message.heldBack.map(\.event.severity).max() ?? .info
        return trigger(
            routingKey, "dts/held-back/\(message.id)", summary: "DTS: \(count) notices held back: \(lines.joined(separator: "; "))", severity,
            Moment.rfc3339(message.at), ["held_back": .list(lines.map(JSON.text)), "remedy": .text(HeldBackText.remedy)])
    }

    private static func trigger(
        _ routingKey: String, _ key: String, summary: String, _ severity: Severity, _ at: String, _ details: JSON,
        component: String? = nil, group: String? = nil, kind: String? = nil
    ) -> JSON {
        var payload: [String: JSON] = [
            "summary": .text(summary.onOneLine.harmless.cut(to: 1024)), "source": "dts", "severity": .text(severity.rawValue), "timestamp": .text(at),
            "custom_details": details,
        ]
        if let component { payload["component"] = .text(component) }
        if let group { payload["group"] = .text(group) }
        if let kind { payload["class"] = .text(kind) }
        return [
            "routing_key": .text(routingKey), "event_action": "trigger", "dedup_key": .text(key.cut(to: 255)), "client": "DTS",
            "payload": .object(payload),
        ]
    }

    private static func resolve(_ routingKey: String, _ key: String) -> JSON {
        ["routing_key": .text(routingKey), "event_action": "resolve", "dedup_key": .text(key.cut(to: 255))]
    }
}

extension JSON {
    /// The text of a text; empty for everything else.
    fileprivate var string: String { if case .text(let value) = self { value } else { "" } }
}
