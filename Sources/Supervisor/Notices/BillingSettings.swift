/// The part of the supervisor's file that says until when what is free or paid for.
///
/// Every date means nine o'clock in the morning of that day, in the time zone of the owner, else in ``timeZone``.
package struct BillingSettings: Sendable, Hashable {
    /// When the service ends to be free for all; nil: it does not.
    package var freeUntil: CalendarDate?
    /// Identifier of a time zone, such as `Europe/Berlin`.
    package var timeZone: String
    /// Whether tasks of mode `monthly-subscription` are stopped one day after their subscription has expired.
    package var isolation: Bool
    package var subscriptions: [Subscription]

    package init(
        freeUntil: CalendarDate? = nil, timeZone: String = "UTC", isolation: Bool = false, subscriptions: [Subscription] = []
    ) {
        self.freeUntil = freeUntil
        self.timeZone = timeZone
        self.isolation = isolation
        self.subscriptions = subscriptions
    }
}

/// What is paid for until when.
package struct Subscription: Sendable, Hashable {
    package enum Subject: Sendable, Hashable {
        /// All tasks of the owner with this mail address.
        case owner(String)
        /// The task of this name, or the tasks of the pair of this name.
        case task(String)
    }

    package var subject: Subject
    package var until: CalendarDate

    package init(_ subject: Subject, until: CalendarDate) {
        self.subject = subject
        self.until = until
    }
}

/// Somebody whom tasks belong to.
package struct Owner: Sendable, Hashable {
    package var email: String
    package var name: String?
    /// Identifier of a time zone; nil: that of the billing settings.
    package var timeZone: String?

    package init(email: String, name: String? = nil, timeZone: String? = nil) {
        self.email = email
        self.name = name
        self.timeZone = timeZone
    }
}
