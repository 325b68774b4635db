import FoundationEssentials
import SystemPackage

/// A real HTTPS server that writes down what is posted to it, and answers as it is told.
package struct HookServer: Sendable {
    package struct Request: Sendable, Decodable {
        package var method: String
        /// With the query; a whole URL when the request was made to a proxy.
        package var path: String
        /// Names in lower case.
        package var headers: [String: String]
        package var body: String
    }

    package struct Answer: Sendable, Encodable {
        package var status: Int
        package var headers: [String: String]
        package var body: String
        /// `hang` or `close`: no answer at all.
        package var `do`: String?

        package init(status: Int = 200, headers: [String: String] = [:], body: String = "ok", do what: String? = nil) {
            self.status = status
            self.headers = headers
            self.body = body
            self.do = what
        }
    }

    private let server: ScriptServer
    private let scheme: String

    package var port: Int { server.port }
    package var url: String { "\(scheme)://127.0.0.1:\(port)" }

    /// - Parameters:
    ///   - certificate: nil: HTTP without encryption, and a proxy for it.
    ///   - host: address that it listens on.
    package init(certificate: TestAuthority.Certificate? = nil, host: String = "127.0.0.1", in scope: Scope) async throws {
        var arguments = ["--host", host]
        if let certificate { arguments += ["--cert", certificate.certificate, "--key", certificate.key] }
        scheme = certificate == nil ? "http" : "https"
        server = try await ScriptServer("hook_server.py", arguments, in: scope)
    }

    /// What the server says from now on, by path without query; other paths get 200 and `ok`.
    package func answer(_ answers: [String: Answer]) throws { try write(answers.mapValues { [$0] }) }

    /// What it says at a path from now on, one after the other; the last one stays.
    package func answer(_ path: String, inTurn answers: [Answer]) throws { try write([path: answers]) }

    private func write(_ answers: [String: [Answer]]) throws {
        // Replaced as a whole: a request that comes meanwhile reads the one or the other.
        let path = server.folder.appending("answers.json").string
        try JSONEncoder().encode(answers).write(to: URL(filePath: path), options: .atomic)
    }

    /// All requests so far, in the order in which they came.
    package func requests() throws -> [Request] { try lines(of: server.folder.appending("requests.jsonl").string) }
}
