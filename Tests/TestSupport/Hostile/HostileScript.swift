/// How a ``HostileServer`` behaves. As it stands it lets everybody in and says OK to everything.
package struct HostileScript: Sendable {
    /// What becomes of the encryption that the server offers.
    package enum TLS: Sendable {
        case none
        /// Offered; then the server says what is no TLS and closes the connection.
        case broken
        /// Offered; then the connection is closed.
        case cut
    }

    package var version = "9.7.0"
    /// Authentication plugin that the greeting names.
    package var plugin = "caching_sha2_password"
    package var tls = TLS.none
    /// What is said after the client's login, one after the other; the client answers each. Then it is let in.
    package var login: [[UInt8]] = []
    /// What is said to a statement; nil: what the real server says, or OK where there is none.
    package var answer: @Sendable (String) -> HostileAnswer? = { _ in nil }
    /// Port, on this machine, of a server that all is passed on to that is not answered: then greeting and login are that server's.
    package var real: Int?
    /// Makes another of a row that the real server answers a statement with.
    package var row: @Sendable (_ statement: String, [[UInt8]?]) -> [[UInt8]?] = { $1 }
    /// Makes another of an event of the real server's binlog. Its checksum is made to fit.
    package var event: @Sendable (HostileEvent) -> HostileEvent = { $0 }

    package init() {}

    /// Stands in front of a real server and changes nothing.
    package init(inFrontOf port: Int) { real = port }

    /// Asks for another authentication plugin.
    package static func switchTo(_ plugin: String, data: [UInt8] = Array(repeating: 0x41, count: 20) + [0]) -> [UInt8] {
        [0xFE] + Array(plugin.utf8) + [0] + data
    }

    /// Of caching_sha2_password: the password itself is wanted.
    package static let passwordWanted: [UInt8] = [0x01, 0x04]

    /// Of caching_sha2_password: the key to encrypt the password with.
    package static func publicKey(_ pem: String) -> [UInt8] { [0x01] + Array(pem.utf8) }
}
