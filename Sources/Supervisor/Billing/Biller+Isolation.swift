package import SupervisorNotices
package import SyncModel

extension Biller {
    /// Whether a task may run.
    package enum Verdict: Sendable, Hashable {
        /// Its subscription has expired on this day, more than a day ago.
        case isolated(CalendarDate)
        case free
        /// Nothing in the settings says that it is paid for, nor that it has expired.
        case unknown
    }

    /// The last day of the subscriptions that a task has, by itself, by its pair and by its owner; nil: it has none.
    package func coverage(of task: BilledTask) -> CalendarDate? {
        settings.billing.subscriptions.filter { task.belongs(to: $0.subject) }.map(\.until).max()
    }

    /// - Parameter now: microseconds since 1970 UTC.
    package func verdict(on task: BilledTask, at now: UInt64) -> Verdict {
        guard settings.billing.isolation, task.mode == .monthlySubscription else { return .free }
        guard let until = coverage(of: task) else { return .unknown }
        // While the service is free for all, nobody has to have paid.
        let end = max(until, settings.billing.freeUntil ?? until)
        return now >= calendar(of: task.owner).moment(of: end.adding(days: 1)) ? .isolated(until) : .free
    }

    /// What an isolated task shows, and what a request to start it is refused with.
    package static func failure(_ task: BilledTask, since until: CalendarDate?) -> Failure {
        let cause = until.map { "its subscription has expired on \($0)" } ?? "its subscription has expired"
        return Failure(.isolated, "task '\(task.name)' is isolated: \(cause)", remedy: "\(renewal); no data is lost, and it goes on where it was")
    }

    package func isolationNotice(_ task: BilledTask, until: CalendarDate, wasUp: Bool, at now: UInt64) -> Notice {
        let outcome = wasUp ? "the task was stopped at a commit boundary" : "the task cannot be started"
        return notice(
            .isolated, task, "the subscription of '\(task.name)' has expired on \(until): \(outcome); its data stays",
            [.init("until", until.description)], "\(Self.renewal); a task that ran then goes on by itself", now)
    }

    package func liftingNotice(_ task: BilledTask, goesOn: Bool, at now: UInt64) -> Notice {
        let until = coverage(of: task)
        return notice(
            .isolationLifted, task, "task '\(task.name)' is not isolated any more\(goesOn ? ", and goes on" : "")",
            until.map { [.init("until", $0.description)] } ?? [], nil, now)
    }

    private func notice(
        _ event: NoticeEvent, _ task: BilledTask, _ text: String, _ facts: [Notice.Fact], _ remedy: String?, _ now: UInt64
    ) -> Notice {
        Notice(
            id: makeID(), event, taskID: task.id, task: task.name, pair: task.pair, owner: task.owner, text: text, facts: facts,
            remedy: remedy, at: now)
    }
}
