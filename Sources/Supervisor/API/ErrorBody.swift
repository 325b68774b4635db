package import SyncModel

/// Every answer that is not a success: `{"error":{"code","message","remedy"}}`.
package struct ErrorBody: Sendable, Hashable, Codable {
    package struct Details: Sendable, Hashable, Codable {
        package var code: FailureCode
        package var message: String
        package var remedy: String
    }

    package var error: Details

    package init(_ failure: Failure) {
        error = Details(code: failure.code, message: failure.message, remedy: failure.remedy)
    }

    /// The failure that the daemon reported. Whether waiting helps is not part of the answer; a person is asking.
    package var failure: Failure {
        Failure(error.code, error.message, remedy: error.remedy)
    }
}

extension FailureCode {
    /// The request itself cannot be understood: not JSON, a missing field, a value out of range.
    package static let invalidRequest = FailureCode("invalid-request")
    package static let requestTooLarge = FailureCode("request-too-large")
    /// The bearer token is missing or wrong.
    package static let unauthorized = FailureCode("unauthorized")
    /// Too many wrong tokens have come from the address.
    package static let tooManyAttempts = FailureCode("too-many-attempts")
}
