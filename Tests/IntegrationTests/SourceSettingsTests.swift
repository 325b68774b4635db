import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Settings of a source server that decide whether, and how, it can be read.
    @Suite struct SourceSettingsTests {
        @Test(arguments: Integration.kinds)
        func sourceWithoutRowsInItsBinlogIsRefused(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let source = try await TestServer.start(kind, ["--skip-log-bin"], in: scope)
                let target = try TestServer.shared(kind, .b)
                let database = scope.uniqueName("bad")
                try await source.execute("CREATE DATABASE `\(database)`", "CREATE TABLE `\(database)`.t (id INT PRIMARY KEY)")
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "settings", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]", on: supervisor, in: scope)
                #expect(try await task.startRefused().contains("binlog-disabled"))
                try await source.restart(["--binlog-format=STATEMENT"])
                #expect(try await task.startRefused() == ["binlog-format"])
                try await source.restart(["--binlog-row-image=MINIMAL"])
                #expect(try await task.startRefused() == ["binlog-format"])
                #expect(try await source.hasMetadata() == false)
                #expect(try await target.hasMetadata() == false)
            }
        }

        /// Ceilings that an administrator has set for everybody are not for a copy.
        @Test(arguments: Integration.kinds)
        func ceilingsOfTheServerLoseNoRows(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let source = try await TestServer.start(kind, in: scope)
                let target = try await TestServer.start(kind, in: scope)
                for server in [source, target] {
                    try await server.execute("SET GLOBAL sql_select_limit = 7", "SET GLOBAL sql_safe_updates = 1")
                }
                try await source.execute(
                    "SET SESSION sql_select_limit = DEFAULT, sql_safe_updates = 0", "CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY)",
                    "CREATE TABLE d.k (v INT)",
                    "INSERT INTO d.t VALUES " + (0..<500).map { "(\($0))" }.joined(separator: ","),
                    "INSERT INTO d.k VALUES " + (0..<500).map { "(\($0))" }.joined(separator: ","))
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "ceilings", from: source.yaml(), to: target.yaml(), objects: "[{database: d}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "incremental")
                try await source.execute("SET SESSION sql_safe_updates = 0", "UPDATE d.t SET id = id + 1000", "DELETE FROM d.k WHERE v < 400")
                try await supervisor.wait(task.name, for: "caught-up")
                #expect(try await target.value("SELECT COUNT(*) FROM d.t WHERE id >= 1000") == "500")
                #expect(try await target.value("SELECT COUNT(*) FROM d.k") == "100")
            }
        }

        /// Without GTIDs the position is a file and an offset.
        @Test func filesAndOffsetsCarryAPairWithoutGTID() async throws {
            guard Integration.kinds.contains(.mysql) else { return }
            try await carry(.mysql, options: ["--gtid-mode=OFF", "--enforce-gtid-consistency=OFF"])
        }

        @Test(arguments: Integration.kinds)
        func filesAndOffsetsCarryAPairThatAsksForThem(kind: ServerKind) async throws {
            try await carry(kind, endpoint: ", positioning: file")
        }

        /// The binlog moves on to a new file while the pair runs, at will and with a restart.
        private func carry(_ kind: ServerKind, options: [String] = [], endpoint: String = "") async throws {
            try await Scope.with { scope in
                async let first = TestServer.start(kind, options, in: scope)
                async let second = TestServer.start(kind, options, in: scope)
                let (a, b) = (try await first, try await second)
                let pair = try await ShopPair(kind, .bEmpty, servers: (a, b), endpoint: endpoint, in: scope)
                let writersA = try await pair.write(.a, rate: 100)
                try await pair.start()
                try await pair.waitUntilIncremental()
                let writersB = try await pair.write(.b, rate: 100)
                try await writersB.commit(30)
                try await a.execute("FLUSH BINARY LOGS")
                try await b.restart()
                try await writersB.commit(30)
                _ = try await writersA.stop()
                _ = try await writersB.stop()
                try await pair.waitUntilSettled()
                let tasks = try await pair.tasks()
                #expect(tasks.aToB.position.gtid == nil)
                #expect(tasks.aToB.position.file != nil)
                try await pair.requireNoConflicts()
                try await pair.requireEqual()
                try await pair.requireNoLoops()
            }
        }
    }
}
