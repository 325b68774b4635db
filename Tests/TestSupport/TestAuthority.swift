import SystemPackage

/// An authority for certificates that nobody but one test trusts.
package struct TestAuthority: Sendable {
    /// Path of the PEM file that a client has to trust.
    package let ca: String
    private let folder: FilePath

    /// A server's certificate and its key, in PEM files.
    package struct Certificate: Sendable {
        package let certificate: String
        package let key: String
    }

    package init(in scope: Scope) async throws {
        folder = scope.folder.appending(scope.uniqueName("ca"))
        _ = try await Command.run("/usr/bin/env", ["mkdir", folder.string]).succeeded()
        ca = folder.appending("ca.pem").string
        try await Self.openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=DTS test authority",
            "-keyout", folder.appending("ca.key").string, "-out", ca)
    }

    /// - Parameter names: as in `subjectAltName`.
    package func certificate(for names: String = "IP:127.0.0.1,DNS:localhost") async throws -> Certificate {
        let name = names.replacing(#/[^A-Za-z0-9]/#, with: "_")
        let made = Certificate(certificate: folder.appending("\(name).pem").string, key: folder.appending("\(name).key").string)
        try await Self.openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=DTS test server",
            "-CA", ca, "-CAkey", folder.appending("ca.key").string, "-addext", "subjectAltName=\(names)",
            "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", made.key, "-out", made.certificate)
        return made
    }

    /// Options of a server with such a certificate. Servers are other users' and read it nevertheless.
    package func serverOptions(for names: String = "IP:127.0.0.1,DNS:localhost", in scope: Scope) async throws -> [String] {
        let made = try await certificate(for: names)
        _ = try await Command.run("/usr/bin/env", ["chmod", "a+rx", scope.folder.string, folder.string]).succeeded()
        _ = try await Command.run("/usr/bin/env", ["chmod", "a+r", ca, made.certificate, made.key]).succeeded()
        return ["--ssl-ca=\(ca)", "--ssl-cert=\(made.certificate)", "--ssl-key=\(made.key)"]
    }

    private static func openssl(_ arguments: String...) async throws {
        _ = try await Command.run("/usr/bin/env", ["openssl"] + arguments).succeeded()
    }
}
