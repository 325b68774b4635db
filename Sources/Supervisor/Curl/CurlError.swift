/// A transfer that did not happen. An answer with an HTTP status that means failure is not an error.
package struct CurlError: Error, Sendable, Hashable, CustomStringConvertible {
    /// libcurl's own number; an open set.
    package struct Code: RawRepresentable, Sendable, Hashable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let unsupportedProtocol = Code(rawValue: 1)
        package static let malformedAddress = Code(rawValue: 3)
        package static let couldNotResolveProxy = Code(rawValue: 5)
        package static let couldNotResolve = Code(rawValue: 6)
        package static let couldNotConnect = Code(rawValue: 7)
        package static let partialFile = Code(rawValue: 18)
        package static let writeError = Code(rawValue: 23)
        package static let outOfMemory = Code(rawValue: 27)
        package static let timedOut = Code(rawValue: 28)
        package static let handshakeFailed = Code(rawValue: 35)
        /// Also: the address is one that may not be connected to.
        package static let abortedByCallback = Code(rawValue: 42)
        package static let emptyAnswer = Code(rawValue: 52)
        package static let sendError = Code(rawValue: 55)
        package static let receiveError = Code(rawValue: 56)
        package static let certificateRefused = Code(rawValue: 60)
        package static let answerTooLarge = Code(rawValue: 63)
        /// The server does not offer the encryption that is required.
        package static let noEncryption = Code(rawValue: 64)
        package static let loginDenied = Code(rawValue: 67)
        /// The file with trusted certificates cannot be read.
        package static let badCertificateFile = Code(rawValue: 77)
    }

    package var code: Code
    /// libcurl's text, with address and cause where it has them.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(message) (curl \(code.rawValue))" }
}
