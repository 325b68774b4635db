import SupervisorNotices
import SyncCurl
import SyncModel

extension Refusal {
    /// The supervisor is being stopped.
    static let interrupted = Refusal(
        .connectionLost, "sending was interrupted", remedy: "nothing has to be done: it is sent again", isPermanent: false)

    /// A transfer that brought no answer.
    ///
    /// - Parameter server: in words, without secrets.
    init(_ error: CurlError, _ server: String) {
        switch error.code {
        case .couldNotResolve, .couldNotResolveProxy, .couldNotConnect:
            self.init(
                .hostUnreachable, "\(server) cannot be reached: \(error)", remedy: "check the address, the proxy and the network",
                isPermanent: false)
        case .timedOut:
            self.init(
                .timedOut, "\(server) did not answer in time: \(error)", remedy: "check the server, or give the channel a longer `timeout`",
                isPermanent: false)
        case .certificateRefused:
            self.init(
                .tlsFailed, "the certificate of \(server) is not trusted: \(error)",
                remedy: "name the file with the authority's certificate in `ca`, or have the server's certificate renewed", isPermanent: false)
        case .badCertificateFile:
            self.init(
                .tlsFailed, "the file in `ca` cannot be read: \(error)", remedy: "name a readable PEM file in `ca`",
                isPermanent: false)
        case .handshakeFailed:
            self.init(
                .tlsFailed, "no encrypted connection to \(server): \(error)", remedy: "check that TLS is spoken on that port",
                isPermanent: false)
        case .loginDenied:
            self.init(
                .accessDenied, "\(server) refused the user: \(error)", remedy: "check `user` and `password` of the channel",
                isPermanent: false)
        case .abortedByCallback:
            self.init(
                .notAllowed, "\(server) is not connected to: \(error)",
                remedy: "name another address, or set `allow_link_local` if that server is meant", isPermanent: true)
        case .unsupportedProtocol, .malformedAddress:
            self.init(
                .invalidFile, "the address of \(server) cannot be used: \(error)", remedy: "write it as https://host/path",
                isPermanent: true)
        default:
            self.init(
                .connectionLost, "\(server) broke the connection off: \(error)", remedy: "check the server and what is on the way to it",
                isPermanent: false)
        }
    }
}
