package import SyncModel

/// What is free or paid for until when, as `billing show --json` prints it. Days are those of `time_zone`.
package struct BillingView: Sendable, Hashable, Codable {
    package struct Subscription: Sendable, Hashable, Codable {
        /// Mail address; nil when it is that of a task.
        @OrNull package var owner: String?
        /// Name of a task or pair.
        @OrNull package var task: String?
        package var until: String

        package init(owner: String? = nil, task: String? = nil, until: String) {
            self.owner = owner
            self.task = task
            self.until = until
        }
    }

    package struct Task: Sendable, Hashable, Codable {
        package var name: String
        @OrNull package var pair: String?
        @OrNull package var owner: String?
        package var mode: TaskSpec.Billing
        /// Of the subscriptions that it has; nil: none.
        @OrNull package var until: String?
        /// Since when it may not run; nil: it may.
        @OrNull package var isolatedSince: Timestamp?

        package init(name: String, pair: String?, owner: String?, mode: TaskSpec.Billing, until: String?, isolatedSince: Timestamp?) {
            self.name = name
            self.pair = pair
            self.owner = owner
            self.mode = mode
            self.until = until
            self.isolatedSince = isolatedSince
        }
    }

    /// A notice that was given, and is not given again.
    package struct Told: Sendable, Hashable, Codable {
        /// `owner ADDRESS`, `task NAME` or `all`.
        package var subject: String
        /// `free-period` or `subscription`.
        package var about: String
        /// `month`, `week` or `day` before the end, or `ended`.
        package var stage: String
        package var end: String
        package var at: Timestamp

        package init(subject: String, about: String, stage: String, end: String, at: Timestamp) {
            self.subject = subject
            self.about = about
            self.stage = stage
            self.end = end
            self.at = at
        }
    }

    package var free: Bool
    /// nil: without an end.
    @OrNull package var freeUntil: String?
    package var timeZone: String
    /// Whether tasks are stopped when their subscription has expired.
    package var isolation: Bool
    package var subscriptions: [Subscription]
    package var tasks: [Task]
    package var notices: [Told]

    package init(
        free: Bool, freeUntil: String?, timeZone: String, isolation: Bool, subscriptions: [Subscription], tasks: [Task], notices: [Told]
    ) {
        self.free = free
        self.freeUntil = freeUntil
        self.timeZone = timeZone
        self.isolation = isolation
        self.subscriptions = subscriptions
        self.tasks = tasks
        self.notices = notices
    }
}

/// What tasks have used, as `billing usage --json` prints it.
package struct UsageView: Sendable, Hashable, Codable {
    package struct Day: Sendable, Hashable, Codable {
        /// Identifier of the task.
        package var id: String
        package var task: String
        @OrNull package var owner: String?
        package var mode: TaskSpec.Billing
        package var day: String
        /// In which it ran.
        package var seconds: UInt64
        package var rows: UInt64
        package var bytes: UInt64

        package init(
            id: String, task: String, owner: String?, mode: TaskSpec.Billing, day: String, seconds: UInt64, rows: UInt64, bytes: UInt64
        ) {
            self.id = id
            self.task = task
            self.owner = owner
            self.mode = mode
            self.day = day
            self.seconds = seconds
            self.rows = rows
            self.bytes = bytes
        }
    }

    /// `2027-03`; nil: all that is known.
    @OrNull package var month: String?
    package var days: [Day]

    package init(month: String?, days: [Day]) {
        self.month = month
        self.days = days
    }
}

/// Which usage to read.
package struct UsageQuery: Sendable, Hashable {
    /// `2027-03`; nil: all.
    package var month: String?
    /// Name of a task; nil: all.
    package var task: String?

    package init(month: String? = nil, task: String? = nil) {
        self.month = month
        self.task = task
    }

    package static let monthRule = "a month such as 2027-03"

    package static func isMonth(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2], let year = Int(parts[0]), let month = Int(parts[1]) else { return false }
        return (1970...9999).contains(year) && (1...12).contains(month) && parts.allSatisfy { $0.allSatisfy(\.isNumber) }
    }
}
