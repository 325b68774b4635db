package import SyncModel

/// Exit codes of the contract. Thrown by a command that has already said what there was to say.
package enum ExitStatus: Int32, Error, Sendable {
    case done = 0
    case failed = 1
    /// Wrong usage or an invalid file.
    case usage = 2
    case verificationFailed = 3
    case timedOut = 4
    case differences = 5
    case notReachable = 6

    package init(_ code: FailureCode) {
        switch code {
        case .invalidFile, .wrongUsage: self = .usage
        case .verificationFailed: self = .verificationFailed
        case .timedOut: self = .timedOut
        case .notReachable: self = .notReachable
        default: self = .failed
        }
    }
}
