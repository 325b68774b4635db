import SupervisorAPI
import SupervisorBilling
import SupervisorHTTP
import SupervisorNotices
import SupervisorTasks
import SyncModel

extension FleetOperations {
    func billing() async -> BillingView { BillingView(await fleet.billingOverview()) }

    func usage(_ query: UsageQuery) async throws -> UsageView {
        var first = CalendarDate.epoch
        var last = CalendarDate("9999-12-31") ?? .epoch
        if let month = query.month, let day = CalendarDate("\(month)-01") {
            first = day
            last = day.adding(days: CalendarDate.days(in: day.month, of: day.year) - 1)
        }
        let days = try await fleet.usage(from: first, to: last, of: query.task).map { row in
            UsageView.Day(
                id: row.task, task: row.name, owner: row.owner, mode: row.mode, day: row.day.description, seconds: row.milliseconds / 1000,
                rows: row.rows, bytes: row.bytes)
        }
        return UsageView(month: query.month, days: days)
    }
}

extension BillingView {
    fileprivate init(_ overview: BillingDesk.Overview) {
        let settings = overview.settings
        self.init(
            free: overview.isFree, freeUntil: settings.freeUntil?.description, timeZone: settings.timeZone, isolation: settings.isolation,
            subscriptions: settings.subscriptions.map { subscription in
                switch subscription.subject {
                case .owner(let email): Subscription(owner: email, until: subscription.until.description)
                case .task(let name): Subscription(task: name, until: subscription.until.description)
                }
            },
            tasks: overview.tasks.map { item in
                Task(
                    name: item.task.name, pair: item.task.pair, owner: item.task.owner, mode: item.task.mode,
                    until: item.until?.description,
                    isolatedSince: item.isolation.map { Timestamp(microsecondsSince1970: $0.since) })
            },
            notices: overview.told.map { entry, at in
                Told(
                    subject: entry.subject, about: entry.kind.rawValue, stage: entry.stage.rawValue, end: entry.end.description,
                    at: Timestamp(microsecondsSince1970: at))
            })
    }
}
