import Hummingbird
import SupervisorAPI
import SyncModel

extension Failure {
    /// The HTTP status that goes with the failure's code.
    var httpStatus: HTTPResponse.Status {
        switch code {
        case .invalidRequest, .invalidFile: .badRequest
        case .unauthorized: .unauthorized
        case .tooManyAttempts: .tooManyRequests
        case .notFound: .notFound
        case .alreadyExists, .notAllowed: .conflict
        case .requestTooLarge: .contentTooLarge
        case .verificationFailed: .unprocessableContent
        case .timedOut: .gatewayTimeout
        case .unsupported: .notImplemented
        case .notReachable: .serviceUnavailable
        default:
            switch kind {
            case .transient: .serviceUnavailable
            case .needsOperator: .conflict
            case .permanent: .internalServerError
            }
        }
    }
}
