import FoundationEssentials
import SystemPackage

/// A real mail server that writes down what it takes. The local part of a recipient says what becomes of a mail, see
/// `Servers/mail_server.py`: `unknown@`, `later@`, `spam@`, `full@`, `hang@`, `close@`, `rude@`.
package struct MailServer: Sendable {
    /// A mail as Python's own parser reads it.
    package struct Mail: Sendable, Decodable {
        package struct Part: Sendable, Decodable {
            package var type: String
            package var encoding: String
            package var text: String
        }

        /// The envelope.
        package var from: String
        package var to: [String]
        package var tls: Bool
        package var user: String?
        package var headers: [String: String]
        /// Name and address of `From` and `To`.
        package var addresses: [[String]]
        package var date: String?
        package var type: String
        package var parts: [Part]
        /// What is wrong with its form.
        package var defects: [String]
        package var longestLine: Int
        package var isAscii: Bool
        package var bareNewlines: Int
    }

    private let server: ScriptServer

    package var port: Int { server.port }

    /// - Parameter security: `none`, `starttls` or `tls`.
    package init(
        security: String, certificate: TestAuthority.Certificate? = nil, user: String? = nil, password: String? = nil, in scope: Scope
    ) async throws {
        var arguments = [security]
        if let certificate { arguments += ["--cert", certificate.certificate, "--key", certificate.key] }
        if let user { arguments += ["--user", user] }
        if let password { arguments += ["--password", password] }
        server = try await ScriptServer("mail_server.py", arguments, in: scope)
    }

    /// All mails so far, in the order in which they came.
    package func mails() throws -> [Mail] { try lines(of: server.folder.appending("mails.jsonl").string) }
}

func lines<Value: Decodable>(of path: String) throws -> [Value] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try textOfFile(path).split(separator: "\n").map { try decoder.decode(Value.self, from: Data($0.utf8)) }
}
