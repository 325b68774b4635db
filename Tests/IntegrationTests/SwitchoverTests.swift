import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// A server is made read-only and lives on, and its replica takes over: the task moves by itself.
    @Suite struct SwitchoverTests {
        private static let tables = [
            "CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, v INT)", "CREATE TABLE d.k (v INT)",
            "INSERT INTO d.t VALUES (1, 1), (2, 2), (3, 3)", "INSERT INTO d.k VALUES (1), (1), (2)",
        ]

        /// Changes that show when they take effect twice, or not at all.
        private static func change(_ server: TestServer, _ number: Int) async throws {
            try await server.execute(
                "UPDATE d.t SET v = v + 1", "INSERT INTO d.t VALUES (\(100 + number), 0)", "INSERT INTO d.k VALUES (\(number)), (\(number))",
                "DELETE FROM d.k WHERE v = \(number) LIMIT 1")
        }

        private static func requireEqual(_ one: TestServer, _ other: TestServer) async throws {
            let result = try await Comparison(one.address, other.address).run([(a: "d", b: "d")])
            if !result.isEqual { throw Trouble("the sides differ:\n\(result.summary)") }
            try #require(result.rows > 0)
        }

        /// `super_read_only` binds the tests' user too; with `read_only` it may write all the same.
        @Test(arguments: Integration.kinds, ["read_only", "super_read_only"])
        func aSourceThatWasDemotedIsLeft(kind: ServerKind, variable: String) async throws {
            guard kind == .mysql || variable == "read_only" else { return }
            try await Scope.with { scope in
                async let started = TestServer.start(kind, in: scope)
                let group = try await ReplicaGroup(kind, in: scope)
                let target = try await started
                try await group.primary.execute(Self.tables)
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay("moved", from: group.yaml, to: target.yaml(), objects: "[{database: d}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.change(group.primary, 1)
                try await supervisor.wait(task.name, for: "caught-up")
                #expect(try await supervisor.task(task.name).source.port == group.primary.address.port)
                // Written last, and for a while only the old one has it: the task reads it there.
                try await group.stopReplication()
                try await Self.change(group.primary, 2)
                try await group.demote(variable)
                try await eventually("the last changes are on the target") { try await target.value("SELECT COUNT(*) FROM d.t WHERE id = 102") == "1" }
                #expect(try await supervisor.task(task.name).source.port == group.primary.address.port)
                try await group.replica.execute(kind == .mysql ? "START REPLICA" : "START SLAVE")
                try await group.waitForReplica()
                try await group.promote()
                try await Self.change(group.replica, 3)
                try await eventually(within: .seconds(60), "the task reads the new source") {
                    try await supervisor.task(task.name).source.port == group.replica.address.port
                }
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.requireEqual(group.replica, target)
                // Nothing of ours was written to the old one once it was read-only.
                let gtids = kind == .mysql ? "SELECT GTID_SUBTRACT(@@GLOBAL.gtid_executed, '\(try await gtids(group.replica))')" : "SELECT ''"
                #expect(try await group.primary.value(gtids) == "")
                let report = try await supervisor.task(task.name)
                #expect(report.conflicts.total == 0 && report.error == nil)
                #expect(report.counts.transactions == 12)
            }
        }

        private func gtids(_ server: TestServer) async throws -> String {
            try await server.value("SELECT REPLACE(@@GLOBAL.gtid_executed, '\\n', '')") ?? ""
        }

        @Test(arguments: Integration.kinds, ["read_only", "super_read_only"])
        func aTargetThatWasDemotedIsLeft(kind: ServerKind, variable: String) async throws {
            guard kind == .mysql || variable == "read_only" else { return }
            try await Scope.with { scope in
                async let started = TestServer.start(kind, in: scope)
                let group = try await ReplicaGroup(kind, in: scope)
                let source = try await started
                try await source.execute(Self.tables)
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay("moved", from: source.yaml(), to: group.yaml, objects: "[{database: d}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.change(source, 1)
                try await supervisor.wait(task.name, for: "caught-up")
                try await group.waitForReplica()
                try await group.demote(variable)
                // Nobody takes writes for a while.
                try await Self.change(source, 2)
                try await eventually("the task waits") { try await supervisor.task(task.name).state == "retrying" }
                try await group.waitForReplica()
                try await group.promote()
                try await Self.change(source, 3)
                try await supervisor.wait(task.name, for: "caught-up")
                try await Self.requireEqual(source, group.replica)
                let report = try await supervisor.task(task.name)
                #expect(report.target.port == group.replica.address.port)
                #expect(report.conflicts.total == 0 && report.error == nil)
            }
        }
    }
}
