/// What can happen that a person should hear of. The raw value is the stable code that rules, messages and the API use.
package enum NoticeEvent: String, Sendable, Hashable, Codable, CaseIterable {
    // The life of a task
    case taskStarted = "task-started"
    case phaseReached = "phase-reached"
    case paused, stopped
    case verificationFailed = "verification-failed"
    case verificationPassed = "verification-passed"
    case verificationAlarms = "verification-alarms"
    // Trouble
    case workerCrashed = "worker-crashed"
    case crashLoop = "crash-loop"
    case retrying, failed, recovered
    case cleanUpFailed = "clean-up-failed"
    // What a running task finds
    case conflictReported = "conflict-reported"
    case conflictRateHigh = "conflict-rate-high"
    case conflictRateNormal = "conflict-rate-normal"
    case lagHigh = "lag-high"
    case lagNormal = "lag-normal"
    case retentionAtRisk = "retention-at-risk"
    case retentionSafe = "retention-safe"
    /// A definition statement that the task does not carry over.
    case ddlNotCarried = "ddl-not-carried"
    /// One that took rows away on one side only.
    case sidesDiffer = "sides-differ"
    case sidesSettled = "sides-settled"
    // The supervisor itself
    case diskLow = "disk-low"
    case diskFree = "disk-free"
    /// The store refused writes for a while; told when it takes them again.
    case storeFailed = "store-failed"
    /// A record of the data folder cannot be read; told at each start.
    case recordUnreadable = "record-unreadable"
    /// A channel could not tell something within its time.
    case undelivered
    // Billing
    case freePeriodEnds = "free-period-ends"
    case subscriptionExpires = "subscription-expires"
    case subscriptionExpired = "subscription-expired"
    case isolated
    case isolationLifted = "isolation-lifted"

    package var severity: Severity {
        switch self {
        case .taskStarted, .phaseReached, .paused, .stopped, .verificationPassed, .recovered, .conflictRateNormal, .lagNormal,
            .retentionSafe, .sidesSettled, .diskFree, .freePeriodEnds, .isolationLifted:
            .info
        case .verificationFailed, .verificationAlarms, .workerCrashed, .retrying, .cleanUpFailed, .conflictRateHigh, .lagHigh,
            .ddlNotCarried, .storeFailed, .undelivered, .subscriptionExpires:
            .warning
        case .crashLoop, .failed, .conflictReported, .retentionAtRisk, .sidesDiffer, .diskLow, .recordUnreadable, .subscriptionExpired, .isolated:
            .critical
        }
    }

    /// Whether it stays true until another event says otherwise: told once, however often it is found again.
    package var isAlarm: Bool {
        switch self {
        case .verificationFailed, .workerCrashed, .crashLoop, .retrying, .failed, .conflictReported, .conflictRateHigh, .lagHigh,
            .retentionAtRisk, .sidesDiffer, .diskLow, .isolated:
            true
        default: false
        }
    }

    /// The alarms of the same task that are over with it.
    package var closes: [NoticeEvent] {
        switch self {
        case .recovered: [.verificationFailed, .workerCrashed, .crashLoop, .retrying, .failed, .conflictReported]
        case .verificationPassed: [.verificationFailed]
        case .paused: [.lagHigh, .conflictRateHigh]
        case .stopped: NoticeEvent.allCases.filter { $0.isAlarm && $0 != .diskLow }
        case .conflictRateNormal: [.conflictRateHigh]
        case .lagNormal: [.lagHigh]
        case .retentionSafe: [.retentionAtRisk]
        case .sidesSettled: [.sidesDiffer]
        case .diskFree: [.diskLow]
        case .isolationLifted: [.isolated]
        default: []
        }
    }

    /// Whether it is only worth telling to those who heard of an alarm that it closes.
    package var isOnlyRecovery: Bool {
        switch self {
        case .verificationPassed, .recovered, .conflictRateNormal, .lagNormal, .retentionSafe, .sidesSettled, .diskFree,
            .isolationLifted:
            true
        default: false
        }
    }

    /// Whether it is about money: such a notice goes to the owner whatever the rules say.
    package var isBilling: Bool {
        switch self {
        case .freePeriodEnds, .subscriptionExpires, .subscriptionExpired, .isolated, .isolationLifted: true
        default: false
        }
    }

    /// The event in a few words, for a subject line.
    package var title: String {
        switch self {
        case .phaseReached: "next phase"
        case .taskStarted: "started"
        case .retentionAtRisk: "binlog may be purged before it is read"
        case .retentionSafe: "binlog retention is safe again"
        case .ddlNotCarried: "a definition statement is not carried over"
        case .sidesDiffer: "a statement that is not carried over took rows away"
        case .sidesSettled: "taken note of"
        case .freePeriodEnds: "free period ends"
        case .subscriptionExpires: "subscription expires"
        case .subscriptionExpired: "subscription has expired"
        case .undelivered: "messages could not be delivered"
        default: rawValue.replacing("-", with: " ")
        }
    }
}
