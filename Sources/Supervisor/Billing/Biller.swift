package import SupervisorNotices

/// Says what has to be told about ends of free periods and subscriptions, and which tasks are isolated. It has no clock and no
/// store: the same arguments give the same answer.
package struct Biller: Sendable {
    let settings: ReloadableSettings
    private let tasks: [BilledTask]
    let makeID: @Sendable () -> String

    /// - Parameters:
    ///   - tasks: all that are there, those of pairs included.
    ///   - makeID: identifiers for notices.
    package init(_ settings: ReloadableSettings, tasks: [BilledTask], makeID: @escaping @Sendable () -> String) {
        self.settings = settings
        self.tasks = tasks
        self.makeID = makeID
    }

    /// What is to be told now. Of several notices whose time has come it is the latest only, and none that comes before one
    /// that was told.
    /// - Parameters:
    ///   - now: microseconds since 1970 UTC.
    ///   - told: the ledger.
    package func due(at now: UInt64, told: Set<BillingEntry>) -> [BillingNews] {
        freePeriod(now, told) + settings.billing.subscriptions.flatMap { subscription($0, now, told) }
    }

    /// Those of the file and those of the tasks, in alphabetical order.
    package var owners: [String] { Set(settings.owners.map(\.email) + tasks.compactMap(\.owner)).sorted() }

    private func freePeriod(_ now: UInt64, _ told: Set<BillingEntry>) -> [BillingNews] {
        guard let end = settings.billing.freeUntil else { return [] }
        // Where nobody is named, the message center still has it.
        let recipients = owners.isEmpty ? [nil] : owners.map(Optional.some)
        return recipients.compactMap { owner in
            let calendar = calendar(of: owner)
            let subject = owner.map { "owner \($0)" } ?? "all"
            // Once it is over there is nothing left to be prepared for.
            guard let stage = news(subject, .freePeriod, end, calendar, now, told), stage != .ended else { return nil }
            let notice = Notice(
                id: makeID(), .freePeriodEnds, owner: owner,
                text: "the service is free until \(end), \(Self.distance(calendar.day(of: now), end))",
                facts: [.init("free-until", end.description), .init("tasks", "\(tasks.count { owner == nil || $0.owner == owner })")],
                remedy: "from then on tasks are billed by their mode, which 'billing show' lists; stop those that are not needed", at: now)
            return BillingNews(BillingEntry(subject, .freePeriod, stage, end: end), notice)
        }
    }

    private func subscription(_ subscription: Subscription, _ now: UInt64, _ told: Set<BillingEntry>) -> [BillingNews] {
        let end = subscription.until
        let concerned = tasks.filter { $0.belongs(to: subscription.subject) }
        let subject: String
        let what: String
        var notice = Notice(id: makeID(), .subscriptionExpires, text: "", at: now)
        switch subscription.subject {
        case .owner(let email):
            subject = "owner \(email)"
            what = "the subscription of \(email)"
            notice.owner = email
        case .task(let name):
            // Nobody can be told of a task that is not there.
            guard let first = concerned.first else { return [] }
            subject = "task \(name)"
            what = "the subscription of '\(name)'"
            notice.owner = first.owner
            notice.pair = first.pair
            if first.name == name {
                notice.task = name
                notice.taskID = first.id
            }
        }
        let calendar = calendar(of: notice.owner)
        guard let stage = news(subject, .subscription, end, calendar, now, told) else { return [] }
        if stage == .ended {
            notice.event = .subscriptionExpired
            notice.severity = NoticeEvent.subscriptionExpired.severity
            let consequence = settings.billing.isolation ? "; its tasks are isolated one day after that" : ""
            notice.text = "\(what) has expired on \(end)\(consequence)"
        } else {
            notice.text = "\(what) expires on \(end), \(Self.distance(calendar.day(of: now), end))"
        }
        notice.facts = [.init("until", end.description), .init("tasks", concerned.map(\.name).sorted().joined(separator: ", "))]
        notice.remedy = Self.renewal
        return [BillingNews(BillingEntry(subject, .subscription, stage, end: end), notice)]
    }

    /// - Returns: the stage that is to be told now; nil when none is, or it was told already.
    private func news(
        _ subject: String, _ kind: BillingEntry.Kind, _ end: CalendarDate, _ calendar: BillingCalendar, _ now: UInt64,
        _ told: Set<BillingEntry>
    ) -> BillingEntry.Stage? {
        let days: [(BillingEntry.Stage, CalendarDate)] = [
            (.ended, end), (.day, end.adding(days: -1)), (.week, end.adding(days: -7)), (.month, end.monthBefore),
        ]
        guard let stage = days.first(where: { now >= calendar.moment(of: $0.1) })?.0 else { return nil }
        let wasTold = BillingEntry.Stage.allCases.contains { $0 >= stage && told.contains(BillingEntry(subject, kind, $0, end: end)) }
        return wasTold ? nil : stage
    }

    func calendar(of owner: String?) -> BillingCalendar {
        BillingCalendar(timeZone: settings.owners.first { $0.email == owner }?.timeZone ?? settings.billing.timeZone)
    }

    static let renewal =
        "renew it: set its 'until' under billing.subscriptions in the daemon's file to the new day, and send the daemon SIGHUP"

    private static func distance(_ today: CalendarDate, _ end: CalendarDate) -> String {
        switch today.days(to: end) {
        case ...0: "today"
        case 1: "tomorrow"
        case let days: "in \(days) days"
        }
    }
}

extension Biller {
    /// - Parameter now: microseconds since 1970 UTC.
    package func isFree(at now: UInt64) -> Bool {
        settings.billing.freeUntil.map { now < calendar(of: nil).moment(of: $0) } ?? true
    }
}
