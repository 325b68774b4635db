import Dispatch
import SyncModel
import SyncMySQL
import TestSupport
import Testing

/// Interrupting a session cuts its own connection and no other.
@Suite struct InterruptionTests {
    /// The client library closes a connection that it has lost; whatever this process opens next gets the same descriptor.
    @Test func aLostSessionCutsNobodyElse() async throws {
        try await Scope.with { scope in
            var script = HostileScript()
            script.answer = { $0 == "SELECT 'lose me'" ? .close : .ok }
            let server = try HostileServer(script, in: scope)
            let options = Session.Options(endpoint: server.endpoint(), password: "dts")
            try await WorkerThread.run("test-session") {
                // As many as make it likely that one of the new ones sits where a lost one sat, whatever other tests open meanwhile.
                let lost = try (0..<40).map { _ in try Session(options) }
                for session in lost {
                    let error = #expect(throws: MySQLError.self) { try session.execute("SELECT 'lose me'") }
                    #expect(error?.standing == .connectionLost)
                }
                let others = try (0..<40).map { _ in try Session(options) }
                for session in lost { session.interruption.interrupt() }
                for session in others { try session.execute("SELECT 'still there'") }
            }
        }
    }

    /// A connection that is lost is closed at once, and not only with its session: the server would keep its locks till then.
    @Test func aLostConnectionIsClosed() async throws {
        try await Scope.with { scope in
            var script = HostileScript()
            script.answer = { $0 == "SELECT 'no answer'" ? .payloads([]) : .ok }
            let server = try HostileServer(script, in: scope)
            let options = Session.Options(endpoint: server.endpoint(), password: "dts", readTimeout: 1)
            let isClosed = DispatchSemaphore(value: 0)
            WorkerThread.start("test-session") {
                do {
                    let session = try Session(options)
                    #expect(throws: MySQLError.self) { try session.execute("SELECT 'no answer'") }
                    isClosed.wait()
                    session.interruption.interrupt()
                } catch {
                    Issue.record(error)
                }
            }
            defer { isClosed.signal() }
            try await eventually(within: .seconds(120), "the connection is closed") { server.connections >= 1 && server.openConnections == 0 }
        }
    }
}
