import SupervisorAPI
import SyncModel

/// Billing for people.
enum BillingText {
    static func state(_ billing: BillingView) -> String {
        var rows = [["service", service(billing)], ["isolation", billing.isolation ? "one day after expiry" : "off"]]
        rows += billing.subscriptions.map { ["subscription", "\($0.owner ?? $0.task ?? "-"), until \($0.until)"] }
        let head = Table.rows(rows)
        guard !billing.tasks.isEmpty else { return "\(head)\nno tasks" }
        let tasks = billing.tasks.map { task in
            [
                task.name, task.owner ?? "-", task.mode.rawValue, task.until.map { "until \($0)" } ?? "-",
                task.isolatedSince.map { "isolated since \($0)" } ?? "",
            ]
        }
        return "\(head)\n\(Table.rows([["TASK", "OWNER", "MODE", "SUBSCRIPTION", ""]] + tasks))"
    }

    private static func service(_ billing: BillingView) -> String {
        guard let until = billing.freeUntil else { return "free" }
        return billing.free ? "free until \(until) (\(billing.timeZone))" : "was free until \(until) (\(billing.timeZone))"
    }

    /// One line for each task, owner and mode.
    static func usage(_ usage: UsageView) -> String {
        guard !usage.days.isEmpty else { return "no usage" }
        struct Key: Hashable {
            var id: String
            var mode: TaskSpec.Billing
        }
        var order: [Key] = []
        var sums: [Key: UsageView.Day] = [:]
        for day in usage.days {
            let key = Key(id: day.id, mode: day.mode)
            guard var sum = sums[key] else {
                order.append(key)
                sums[key] = day
                continue
            }
            sum.task = day.task
            sum.owner = day.owner
            sum.seconds += day.seconds
            sum.rows += day.rows
            sum.bytes += day.bytes
            sums[key] = sum
        }
        let rows = order.compactMap { sums[$0] }.sorted { ($0.task, $0.mode.rawValue) < ($1.task, $1.mode.rawValue) }.map { sum in
            [sum.task, sum.owner ?? "-", sum.mode.rawValue, time(sum.seconds), "\(sum.rows)", Quantity.bytes(sum.bytes)]
        }
        return Table.rows([["TASK", "OWNER", "MODE", "RAN", "ROWS", "READ"]] + rows)
    }

    private static func time(_ seconds: UInt64) -> String {
        func padded(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(seconds / 3600):\(padded(seconds / 60 % 60)):\(padded(seconds % 60))"
    }
}
