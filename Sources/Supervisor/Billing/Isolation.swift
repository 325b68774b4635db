package import SupervisorNotices

/// A task that may not run until it is paid for.
package struct Isolation: Sendable, Hashable {
    /// Identifier of the task.
    package var task: String
    /// When its subscription expired.
    package var until: CalendarDate
    /// Microseconds since 1970 UTC.
    package var since: UInt64
    /// Whether it ran, and is to go on by itself.
    package var wasUp: Bool

    package init(task: String, until: CalendarDate, since: UInt64, wasUp: Bool) {
        self.task = task
        self.until = until
        self.since = since
        self.wasUp = wasUp
    }
}

/// What billing has to remember across restarts.
package struct BillingState: Sendable, Hashable {
    /// The ledger, with the time at which it was written, microseconds since 1970 UTC.
    package var told: [BillingEntry: UInt64]
    /// By identifier of the task.
    package var isolations: [String: Isolation]
    package var marks: [String: UsageMark]
    /// Entries that cannot be read.
    package var unreadable: [Unreadable] = []

    package struct Unreadable: Sendable, Hashable {
        package var name: String
        package var reason: String

        package init(name: String, reason: String) {
            self.name = name
            self.reason = reason
        }
    }

    package init(told: [BillingEntry: UInt64] = [:], isolations: [String: Isolation] = [:], marks: [String: UsageMark] = [:]) {
        self.told = told
        self.isolations = isolations
        self.marks = marks
    }
}
