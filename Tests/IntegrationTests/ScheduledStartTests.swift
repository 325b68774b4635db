import FoundationEssentials
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// A task that is to start later does so, whatever happens to the daemon meanwhile.
    @Suite struct ScheduledStartTests {
        enum Restart: CaseIterable { case terminated, killed }

        @Test(arguments: Integration.kinds, Restart.allCases)
        func startsAtItsTimeThoughTheDaemonWasRestarted(kind: ServerKind, restart: Restart) async throws {
            try await Scope.with { scope in
                let stage = try await stage(kind, in: scope)
                let supervisor = stage.supervisor
                // Whole seconds, as the command says it.
                let time = Date(timeIntervalSince1970: Date.now.timeIntervalSince1970.rounded(.down) + 12)
                try await supervisor.run("task", "start", stage.task.name, "--at", Self.text(time))
                try await requireWaiting(stage, until: time)
                switch restart {
                case .terminated: _ = try await supervisor.terminate()
                case .killed: try await supervisor.kill()
                }
                try await supervisor.start()
                try await requireWaiting(stage, until: time)
                try await supervisor.wait(stage.task.name, for: "caught-up")
                #expect(Date.now >= time)
                #expect(try await stage.target.value("SELECT COUNT(*) FROM `\(stage.database)`.t") == "2")
                #expect(try await supervisor.task(stage.task.name).startAt == nil)
            }
        }

        @Test func startsAtOnceWhenItsTimeCameWhileTheDaemonWasDown() async throws {
            try await Scope.with { scope in
                let time = Date.now.addingTimeInterval(8)
                // By the file this time.
                let stage = try await stage(.mariadb, settings: "run: {at: \"\(Self.text(time))\"}", in: scope)
                let supervisor = stage.supervisor
                try await supervisor.run("task", "start", stage.task.name)
                try await requireWaiting(stage, until: time)
                try await supervisor.kill()
                try await eventually("the time has come") { Date.now > time }
                try await supervisor.start()
                try await supervisor.wait(stage.task.name, for: "caught-up")
                #expect(try await stage.target.value("SELECT COUNT(*) FROM `\(stage.database)`.t") == "2")
            }
        }

        @Test func aTimeThatHasPassedIsRefusedAndAScheduledTaskCanStartAtOnce() async throws {
            try await Scope.with { scope in
                let stage = try await stage(.mariadb, in: scope)
                let supervisor = stage.supervisor
                let past = try await supervisor.command("task", "start", stage.task.name, "--at", "2020-01-01T00:00:00Z")
                #expect(past.status == 1 && past.errors.contains("not-allowed") && past.errors.contains("passed"), "\(past.errors)")
                let nonsense = try await supervisor.command("task", "start", stage.task.name, "--at", "tomorrow")
                #expect(nonsense.status == 2 && nonsense.errors.contains("--at"), "\(nonsense.errors)")
                #expect(try await supervisor.task(stage.task.name).state == "configured")
                try await supervisor.run("task", "start", stage.task.name, "--at", Self.text(Date.now.addingTimeInterval(100_000)))
                try await supervisor.run("task", "start", stage.task.name)
                try await supervisor.wait(stage.task.name, for: "caught-up")
            }
        }

        struct Stage: Sendable {
            var supervisor: TestSupervisor
            var task: OneWay
            var target: TestServer
            var database: String
        }

        private func stage(_ kind: ServerKind, settings: String = "", in scope: Scope) async throws -> Stage {
            let source = try TestServer.shared(kind, .a)
            let target = try TestServer.shared(kind, .b)
            let database = scope.uniqueName("later")
            try await source.makeDatabase(database, in: scope)
            scope.onExit { try await target.execute("DROP DATABASE IF EXISTS `\(database)`") }
            try await source.execute("CREATE TABLE `\(database)`.t (id INT PRIMARY KEY)", "INSERT INTO `\(database)`.t VALUES (1), (2)")
            let supervisor = try await TestSupervisor(in: scope)
            let task = try await OneWay(
                "later", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]", settings: settings, on: supervisor,
                in: scope)
            return Stage(supervisor: supervisor, task: task, target: target, database: database)
        }

        private func requireWaiting(_ stage: Stage, until time: Date) async throws {
            let report = try await stage.supervisor.task(stage.task.name)
            #expect(report.state == "scheduled")
            #expect(report.startAt?.prefix(19) == Self.text(time).prefix(19))
            let made = try await stage.target.value(
                "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '\(stage.database)'")
            #expect(made == nil)
        }

        private static func text(_ time: Date) -> String { time.formatted(.iso8601) }
    }
}
