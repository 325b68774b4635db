import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// A server that has been reached with TLS is not reached without any more, whatever it says.
    @Suite struct EncryptedServerTests {
        /// Nobody who logs in from now on is offered TLS, and nobody is in who was.
        private static func takeEncryptionAway(from server: TestServer, _ kind: ServerKind) async throws {
            guard kind == .mysql else { return try await server.restart(["--skip-ssl"]) }
            // Without TLS its plugin of passwords lets in whom the server has let in with it since its start.
            try await server.withSession { session in
                try session.execute("SET GLOBAL tls_version = ''")
                try session.execute("ALTER INSTANCE RELOAD TLS NO ROLLBACK ON ERROR")
                for row in try session.rows("SHOW PROCESSLIST") where row[1] == "dts" && row[0] != "\(session.connectionID)" {
                    do { try session.execute("KILL CONNECTION \(row[0] ?? "0")") } catch let error as MySQLError where error.code.rawValue == 1094 {
                        // It has gone by itself.
                    }
                }
            }
            #expect(try await server.withSession { $0.usesTLS } == false)
        }

        @Test(arguments: Integration.kinds)
        func aTaskDoesNotGoOnWithoutEncryption(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let authority = try await TestAuthority(in: scope)
                let encrypted = try await authority.serverOptions(in: scope)
                let source = try await TestServer.start(kind, encrypted, in: scope)
                try await source.execute("CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY)", "INSERT INTO d.t VALUES (1)")
                let target = try TestServer.shared(kind, .b)
                scope.onExit { try await target.execute("DROP DATABASE IF EXISTS d") }
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay("encrypted", from: source.yaml(), to: target.yaml(), objects: "[{database: d}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")

                try await Self.takeEncryptionAway(from: source, kind)
                try await source.execute("INSERT INTO d.t VALUES (2)")
                func refusal() async throws -> TaskReport.Failure {
                    try await eventually(within: .seconds(90), "the task refuses to go on without TLS") {
                        let report = try await supervisor.task(task.name)
                        return report.state == "failed" ? report.error : nil
                    }
                }
                #expect(try await refusal().code == "tls-failed")
                // It is known beyond the end of the daemon.
                try await supervisor.kill()
                try await supervisor.start()
                try await supervisor.run("task", "retry", task.name)
                let failure = try await refusal()
                #expect(failure.code == "tls-failed")
                #expect(failure.remedy.contains("mode: disabled"))
                #expect(try await target.rows("SELECT id FROM d.t") == [["1"]])

                try await source.restart(encrypted)
                try await supervisor.run("task", "retry", task.name)
                try await supervisor.wait(task.name, for: "caught-up")
                #expect(try await target.rows("SELECT id FROM d.t ORDER BY id") == [["1"], ["2"]])
            }
        }
    }
}
