package import SyncModel

/// A server that takes a login over TLS and answers it with something that is not of the protocol.
package struct TLSLoginServer: Sendable {
    private let server: ScriptServer

    package init(_ certificate: TestAuthority.Certificate, in scope: Scope) async throws {
        server = try await ScriptServer("tls_login_server.py", ["--cert", certificate.certificate, "--key", certificate.key], in: scope)
    }

    package func endpoint(tls: TLSSettings) -> Endpoint {
        // Means this machine, and is not in the list of the addresses that need no wire.
        Endpoint(host: "0.0.0.0", port: server.port, user: "dts", tls: tls)
    }
}
