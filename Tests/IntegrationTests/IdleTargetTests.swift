import Glibc
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// A task that has nothing to write asks whether its target is still there.
    @Suite struct IdleTargetTests {
        enum Absence: CaseIterable {
            case killed
            /// Its connections stay open, and nothing answers.
            case standsStill
        }

        @Test(arguments: Integration.kinds, Absence.allCases)
        func targetThatIsGoneIsNoticedWhileNothingIsWritten(kind: ServerKind, absence: Absence) async throws {
            try await Scope.with { scope in
                let source = try TestServer.shared(kind, .a)
                let target = try await TestServer.start(kind, in: scope)
                let database = scope.uniqueName("idle")
                try await source.makeDatabase(database, in: scope)
                try await source.execute("CREATE TABLE `\(database)`.t (id INT PRIMARY KEY)", "INSERT INTO `\(database)`.t VALUES (1)")
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "idle", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")

                let pid = try target.pid
                if absence == .killed { try await target.kill() } else { kill(pid, SIGSTOP) }
                scope.onExit { kill(pid, SIGCONT) }
                try await eventually(within: .seconds(60), "the task tries again") {
                    try await supervisor.task(task.name).state == "retrying"
                }
                if absence == .killed { try await target.start() } else { kill(pid, SIGCONT) }
                try await source.execute("INSERT INTO `\(database)`.t VALUES (2)")
                try await supervisor.wait(task.name, for: "caught-up")
                #expect(try await target.rows("SELECT id FROM `\(database)`.t ORDER BY id") == [["1"], ["2"]])
            }
        }
    }
}
