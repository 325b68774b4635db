package import SyncModel

/// What became of an attempt to send a message.
package enum SendResult: Sendable, Hashable {
    case accepted(Acceptance)
    case refused(Refusal)
}

/// The server took the message.
package struct Acceptance: Sendable, Hashable {
    /// What it answered: its last line about the mail, or the HTTP status and the first 500 bytes. Without secrets.
    package var answer: String
    /// Recipients of a mail that the server refused while it took the mail for the others. To send the mail again is right for these
    /// alone (``SupervisorNotices/Message/recipient``), and only where the refusal is not permanent.
    package var missed: [MissedRecipient]

    package init(answer: String, missed: [MissedRecipient] = []) {
        self.answer = answer
        self.missed = missed
    }
}

/// A recipient that does not get a mail which others get.
package struct MissedRecipient: Sendable, Hashable {
    package var address: String
    /// What the server said.
    package var answer: String
    package var isPermanent: Bool

    package init(address: String, answer: String, isPermanent: Bool) {
        self.address = address
        self.answer = answer
        self.isPermanent = isPermanent
    }
}

/// The server did not take the message, or nobody knows whether it did.
package struct Refusal: Error, Sendable, Hashable {
    /// `host-unreachable`, `connection-lost`, `timed-out`, `tls-failed`, `access-denied`, `not-allowed`, `invalid-file` or
    /// `delivery-refused`.
    package var code: FailureCode
    /// What happened, with the server's answer. Without secrets.
    package var reason: String
    package var remedy: String
    /// Whether the same message would be refused again.
    package var isPermanent: Bool
    /// How long the server wants not to be asked again.
    package var retryAfter: Duration?

    package init(_ code: FailureCode, _ reason: String, remedy: String, isPermanent: Bool, retryAfter: Duration? = nil) {
        self.code = code
        self.reason = reason
        self.remedy = remedy
        self.isPermanent = isPermanent
        self.retryAfter = retryAfter
    }

    /// The same for the API and the command line.
    package var failure: Failure {
        Failure(code, reason, remedy: remedy, kind: isPermanent ? .needsOperator : .transient)
    }
}
