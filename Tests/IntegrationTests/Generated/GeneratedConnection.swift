import SyncModel
import SyncMySQL
import TestSupport
import WorkloadKit

extension TestServer {
    /// A session of its own as ``withSession(_:)`` has it, without TLS: a run opens thousands, and the handshakes would take most of its time.
    func withPlainSession<T: Sendable>(_ body: @escaping @Sendable (Session) throws -> T) async throws -> T {
        let endpoint = endpoint(tls: TLSSettings(mode: .disabled))
        let password = address.password
        return try await WorkerThread.run("generated") {
            let session = try Session(.init(endpoint: endpoint, password: password, readTimeout: 600, keepsServerDefaults: true))
            try session.execute("SET NAMES utf8mb4")
            try session.execute("SET SESSION time_zone = '+00:00'")
            return try body(session)
        }
    }
}
