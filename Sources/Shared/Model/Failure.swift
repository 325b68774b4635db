/// What went wrong with a task, in a form that programs can act on and people can mend.
///
/// `code` is a stable word (listed in the README); `message` says what was found; `remedy` says what to do.
/// Neither ever holds a password or the content of a row.
package struct Failure: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// Whether waiting can help. The restart policy, the API and the alarms all read it.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// May heal by itself (a lost connection, a restart of the server): retried for `retry_minutes`.
        case transient
        /// A person has to do something first; the task stops and can be retried afterwards.
        case needsOperator = "needs-operator"
        /// Our own mistake or an input that can never be applied.
        case permanent
    }

    package var code: FailureCode
    package var message: String
    package var remedy: String
    package var kind: Kind
    /// Names the definition statement that the task stopped at; a ``StatementDecision`` is about exactly this one.
    package var statement: String?

    package init(
        _ code: FailureCode,
        _ message: String,
        remedy: String,
        kind: Kind = .needsOperator,
        statement: String? = nil
    ) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.kind = kind
        self.statement = statement
    }

    package var description: String { "\(code.rawValue): \(message) (\(remedy))" }
}

extension Failure {
    /// The remedy where the same task can never go on: what is done in its place, so that both sides are equal afterwards. As it is
    /// printed, it is executed.
    package static let startOver =
        "delete the task, drop its tables on the target, and create it anew with 'initialization: [structure, data]'; of a pair: delete the "
        + "pair and create it anew with 'scenario: both-have-data'"
}

/// A stable word for each failure that a user can meet. An open set: a worker of another make may add its own.
package struct FailureCode: RawRepresentable, Sendable, Hashable, Codable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(_ rawValue: String) { self.rawValue = rawValue }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension FailureCode {
    // Connections
    package static let hostUnreachable = FailureCode("host-unreachable")
    package static let accessDenied = FailureCode("access-denied")
    package static let connectionLost = FailureCode("connection-lost")
    package static let serverNotReady = FailureCode("server-not-ready")
    package static let tlsFailed = FailureCode("tls-failed")
    package static let fileRequested = FailureCode("file-requested")
    // Verification
    package static let verificationFailed = FailureCode("verification-failed")
    package static let unknownDatabase = FailureCode("unknown-database")
    package static let unknownTable = FailureCode("unknown-table")
    package static let targetExists = FailureCode("target-exists")
    package static let privilegeMissing = FailureCode("privilege-missing")
    package static let ddlRing = FailureCode("ddl-ring")
    package static let ddlDoubleFeed = FailureCode("ddl-double-feed")
    package static let routeAmbiguous = FailureCode("route-ambiguous")
    package static let routeNotReady = FailureCode("route-not-ready")
    // Reading the source
    package static let binlogDisabled = FailureCode("binlog-disabled")
    package static let binlogFormat = FailureCode("binlog-format")
    package static let binlogPurged = FailureCode("binlog-purged")
    package static let binlogCorrupt = FailureCode("binlog-corrupt")
    package static let unknownEvent = FailureCode("unknown-event")
    package static let statementFormat = FailureCode("statement-format")
    package static let ddlUnsupported = FailureCode("ddl-unsupported")
    package static let ddlFailed = FailureCode("ddl-failed")
    package static let typeUnsupported = FailureCode("type-unsupported")
    /// A server sent what is no value of its type, or a name that is none.
    package static let valueInvalid = FailureCode("value-invalid")
    package static let schemaMismatch = FailureCode("schema-mismatch")
    package static let serverChanged = FailureCode("server-changed")
    package static let sourceBehind = FailureCode("source-behind")
    package static let targetBehind = FailureCode("target-behind")
    package static let failoverRefused = FailureCode("failover-refused")
    package static let replicaIDClash = FailureCode("replica-id-clash")
    // Applying
    package static let conflictReported = FailureCode("conflict-reported")
    package static let fenced = FailureCode("fenced")
    package static let applyFailed = FailureCode("apply-failed")
    package static let lockTimeout = FailureCode("lock-timeout")
    /// A single row does not fit into the largest statement that the target takes.
    package static let rowTooLarge = FailureCode("row-too-large")
    package static let metadataMissing = FailureCode("metadata-missing")
    package static let loadFailed = FailureCode("load-failed")
    // Processes
    package static let workerCrashed = FailureCode("worker-crashed")
    package static let workerUnresponsive = FailureCode("worker-unresponsive")
    package static let workerNotFound = FailureCode("worker-not-found")
    package static let protocolViolation = FailureCode("protocol-violation")
    package static let internalError = FailureCode("internal-error")
    // Requests
    package static let invalidFile = FailureCode("invalid-file")
    package static let notFound = FailureCode("not-found")
    package static let alreadyExists = FailureCode("already-exists")
    package static let notAllowed = FailureCode("not-allowed")
    package static let isolated = FailureCode("isolated")
    package static let timedOut = FailureCode("timed-out")
    package static let unsupported = FailureCode("unsupported")
    package static let storeFailed = FailureCode("store-failed")
    package static let recordUnreadable = FailureCode("record-unreadable")
    package static let keyMissing = FailureCode("key-missing")
    // Notices
    package static let deliveryRefused = FailureCode("delivery-refused")
    // The daemon
    package static let notReachable = FailureCode("daemon-not-reachable")
}
