/// How soon somebody has to look. Ordered: `info` < `warning` < `critical`.
package enum Severity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Good to know; nothing has to be done.
    case info
    /// Something is not as it should be; the task goes on, or will by itself.
    case warning
    /// The task does not do its work, or is about to lose the means to do it, until somebody acts.
    case critical

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .info: 0
        case .warning: 1
        case .critical: 2
        }
    }
}
