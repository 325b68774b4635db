import SupervisorAPI
import SupervisorNotices

/// Messages for people.
enum NoticeText {
    static func list(_ page: NoticePage) -> String {
        guard let last = page.messages.last else { return "no messages" }
        let head = ["ID", "AT", "SEVERITY", "EVENT", "TASK", "READ", "TEXT"]
        let rows = page.messages.map { message in
            [
                message.id, message.at.description, message.severity.rawValue, message.event.rawValue, message.task ?? "-",
                message.read ? "yes" : "no", message.text,
            ]
        }
        let table = Table.rows([head] + rows)
        return page.more ? "\(table)\nolder ones: --before \(last.id)" : table
    }

    static func details(_ message: NoticeView) -> String {
        var facts = [["at", message.at.description], ["severity", message.severity.rawValue], ["event", message.event.rawValue]]
        for (name, value) in [("task", message.task), ("pair", message.pair), ("owner", message.owner)] {
            if let value { facts.append([name, value]) }
        }
        facts += message.facts.map { [$0.name, $0.value] }
        facts.append(["uid", message.uid])
        let remedy = message.remedy.map { "\n\nwhat to do: \($0)" } ?? ""
        return "\(message.id): \(message.text)\n\(Table.rows(facts, indent: "  "))\(remedy)"
    }

    static func outbox(_ outbox: OutboxView) -> String {
        var parts = outbox.gathering.map { "\($0.channel): \($0.notices) notices wait to be told with the next message" }
        if !outbox.messages.isEmpty {
            let head = ["CHANNEL", "TO", "AT", "STATE", "ATTEMPTS", "NEXT", "NOTICES", "WHAT", "ERROR"]
            let rows = outbox.messages.map { message in
                [
                    message.channel, message.recipient ?? "-", message.at.description, message.state.rawValue, "\(message.attempts)",
                    message.nextAt?.description ?? "-", "\(message.notices)", message.headline, message.error ?? "-",
                ]
            }
            parts.append(Table.rows([head] + rows))
        }
        return parts.isEmpty ? "nothing waits" : parts.joined(separator: "\n")
    }
}
