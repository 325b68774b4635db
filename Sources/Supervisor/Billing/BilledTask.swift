package import SupervisorNotices
package import SyncModel

/// What billing needs to know of a task.
package struct BilledTask: Sendable, Hashable {
    package var id: String
    package var name: String
    package var pair: String?
    /// Mail address of whom it belongs to.
    package var owner: String?
    package var mode: TaskSpec.Billing

    package init(id: String, name: String, pair: String? = nil, owner: String? = nil, mode: TaskSpec.Billing = .payAsYouGo) {
        self.id = id
        self.name = name
        self.pair = pair
        self.owner = owner
        self.mode = mode
    }

    func belongs(to subject: Subscription.Subject) -> Bool {
        switch subject {
        case .owner(let email): owner == email
        case .task(let word): name == word || pair == word
        }
    }
}

/// A line of the ledger: somebody was told of the end of something, so that nobody tells it again.
package struct BillingEntry: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case freePeriod = "free-period"
        case subscription
    }

    /// What was told, in its order in time.
    package enum Stage: String, Sendable, Hashable, CaseIterable, Comparable {
        case month, week, day
        /// The end has come.
        case ended

        package static func < (left: Stage, right: Stage) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .month: 0
            case .week: 1
            case .day: 2
            case .ended: 3
            }
        }
    }

    /// `owner ADDRESS` or `task NAME`; `all` where nobody owns anything.
    package var subject: String
    package var kind: Kind
    package var stage: Stage
    /// The end that it was about. Another end is told of anew.
    package var end: CalendarDate

    package init(_ subject: String, _ kind: Kind, _ stage: Stage, end: CalendarDate) {
        self.subject = subject
        self.kind = kind
        self.stage = stage
        self.end = end
    }
}

/// Something to tell, and the line of the ledger that is written with it.
package struct BillingNews: Sendable, Hashable {
    package var entry: BillingEntry
    package var notice: Notice

    package init(_ entry: BillingEntry, _ notice: Notice) {
        self.entry = entry
        self.notice = notice
    }
}
