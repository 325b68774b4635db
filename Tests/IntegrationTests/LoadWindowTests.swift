import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// What the source does to rows while they are copied, before its log is applied to them.
    @Suite struct LoadWindowTests {
        private static func run(_ server: TestServer, _ database: String, _ statements: [String]) async throws {
            try await server.withSession { session in
                try session.execute("USE `\(database)`")
                for statement in statements { try session.execute(statement) }
            }
        }

        private static let rows = 4000

        /// A task whose load goes slowly, and of which the first rows have been copied, but by far not the last.
        private static func loading(
            _ kind: ServerKind, source tables: [String], target made: [String] = [], settings: String, threads: Int = 1, in scope: Scope
        ) async throws -> (task: OneWay, source: TestServer, target: TestServer, database: String) {
            let source = try TestServer.shared(kind, .a)
            let target = try TestServer.shared(kind, .b)
            let database = scope.uniqueName("window")
            try await source.makeDatabase(database, in: scope)
            if made.isEmpty {
                scope.onExit { try await target.execute("DROP DATABASE IF EXISTS `\(database)`") }
            } else {
                try await target.makeDatabase(database, in: scope)
                try await run(target, database, made)
            }
            let values = (1...rows).map { "(\($0), 'u\($0)', 'old')" }.joined(separator: ",")
            try await run(source, database, tables + ["INSERT INTO t (id, u, v) VALUES \(values)"])
            let supervisor = try await TestSupervisor(in: scope)
            let task = try await OneWay(
                "window", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]",
                settings: settings + "\nlimits: {rows_per_second: 100, load_threads: \(threads)}", on: supervisor, in: scope)
            try await task.start()
            try await eventually(within: .seconds(60), "the first rows have been copied") {
                try await target.value("SELECT 1 FROM `\(database)`.t WHERE id = 100") != nil
            }
            // As good as at a standstill, until it is let go.
            try await supervisor.run("task", "limit", task.name, "--rows-per-second", "1")
            return (task, source, target, database)
        }

        private static func catchUp(_ task: OneWay) async throws {
            try await task.supervisor.run("task", "limit", task.name, "--rows-per-second", "0")
            try await task.supervisor.wait(task.name, for: "caught-up", seconds: 120)
        }

        private static let table = "CREATE TABLE t (id INT PRIMARY KEY, u VARCHAR(20) UNIQUE, v VARCHAR(20))"

        /// The row that had the value is copied, the row that has it now comes behind: no conflict, whatever the policy.
        @Test(arguments: Integration.kinds, ["report", "ignore"])
        func aUniqueValueThatMovesIsNoConflict(kind: ServerKind, policy: String) async throws {
            try await Scope.with { scope in
                let (task, source, target, database) = try await Self.loading(
                    kind, source: [Self.table], settings: "conflict: \(policy)", in: scope)
                try await Self.run(
                    source, database,
                    [
                        // To a new row, from one that is gone; from one that has another value now; on and back again.
                        "START TRANSACTION", "DELETE FROM t WHERE id = 1", "INSERT INTO t VALUES (100001, 'u1', 'new')", "COMMIT",
                        "START TRANSACTION", "UPDATE t SET u = 'other' WHERE id = 2", "UPDATE t SET u = 'u2' WHERE id = \(Self.rows)", "COMMIT",
                        "START TRANSACTION", "UPDATE t SET u = NULL WHERE id = 3", "INSERT INTO t VALUES (100003, 'u3', 'new')", "COMMIT",
                    ])
                #expect(try await target.value("SELECT COUNT(*) FROM `\(database)`.t WHERE id > \(Self.rows - 200)") == "0")
                try await Self.catchUp(task)
                let result = try await Comparison(source.address, target.address).run([(a: database, b: database)])
                #expect(result.isEqual, "\(result.summary)")
                #expect(try await task.supervisor.task(task.name).conflicts.total == 0)
            }
        }

        /// From a statement on that the target has not executed yet, the log cannot be followed ahead of the copy: a value that moves then is a
        /// conflict, which the policy decides, and the load goes on.
        @Test(arguments: Integration.kinds, ["overwrite", "ignore"])
        func aStatementWhileAUniqueValueMovesStopsNoLoad(kind: ServerKind, policy: String) async throws {
            try await Scope.with { scope in
                let (task, source, target, database) = try await Self.loading(
                    kind, source: [Self.table, "CREATE TABLE other (id INT PRIMARY KEY, v VARCHAR(20))", "INSERT INTO other VALUES (1, 'one')"],
                    settings: "conflict: \(policy)\nsql: [insert, update, delete, ddl]", threads: 2, in: scope)
                try await eventually(within: .seconds(60), "the other table has been copied") {
                    try await target.value("SELECT 1 FROM `\(database)`.other") != nil
                }
                try await Self.run(
                    source, database,
                    [
                        "START TRANSACTION", "DELETE FROM t WHERE id = 1", "INSERT INTO t VALUES (100001, 'u1', 'new')", "COMMIT",
                        "ALTER TABLE other ADD COLUMN w INT FIRST", "INSERT INTO other VALUES (5, 2, 'two')",
                        "START TRANSACTION", "UPDATE t SET u = NULL WHERE id = 3", "INSERT INTO t VALUES (100003, 'u3', 'new')", "COMMIT",
                    ])
                #expect(try await target.value("SELECT COUNT(*) FROM `\(database)`.t WHERE id > \(Self.rows - 200)") == "0")
                try await Self.catchUp(task)
                let result = try await Comparison(source.address, target.address).run([(a: database, b: database)])
                #expect(result.isEqual, "\(result.summary)")
                #expect(try await task.supervisor.task(task.name).conflicts.total == 1)
            }
        }

        /// A value that the target's own row holds is one, as before.
        @Test(arguments: Integration.kinds)
        func aRowOfTheTargetsOwnIsAConflict(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let (task, _, target, database) = try await Self.loading(
                    kind, source: [Self.table], target: [Self.table, "INSERT INTO t VALUES (-5, 'u\(Self.rows)', 'own')"],
                    settings: "initialization: [data]\nif_target_exists: ignore\nconflict: ignore", in: scope)
                try await Self.catchUp(task)
                #expect(try await target.value("SELECT v FROM `\(database)`.t WHERE id = -5") == "own")
                #expect(try await target.value("SELECT COUNT(*) FROM `\(database)`.t WHERE id = \(Self.rows)") == "0")
                #expect(try await task.supervisor.task(task.name).conflicts.total == 1)
            }
        }

        /// The log repeats what was copied; what only the target has of these rows stays.
        @Test(arguments: Integration.kinds, ["", ", UNIQUE KEY (u)"])
        func columnsOfTheTargetOnlyAreKept(kind: ServerKind, unique: String) async throws {
            try await Scope.with { scope in
                let (task, source, target, database) = try await Self.loading(
                    kind, source: ["CREATE TABLE t (id INT PRIMARY KEY, u VARCHAR(20), v VARCHAR(20), e ENUM('x', 'y')\(unique))"],
                    target: [
                        "CREATE TABLE t (own VARCHAR(20) NOT NULL DEFAULT 'default', id INT PRIMARY KEY, u VARCHAR(20), v VARCHAR(20), e ENUM('x', 'y'), "
                            + "at TIMESTAMP NULL DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP\(unique))"
                    ],
                    settings: "initialization: [data]\nif_target_exists: ignore\nconflict: report", in: scope)
                try await Self.run(target, database, ["UPDATE t SET own = CONCAT('own', id), at = '2001-01-01' WHERE id <= 50"])
                try await Self.run(
                    source, database,
                    [
                        "UPDATE t SET v = 'new' WHERE id <= 10", "UPDATE t SET u = CONCAT('moved', id) WHERE id BETWEEN 11 AND 20", "START TRANSACTION",
                        "UPDATE t SET u = NULL WHERE id = 21", "UPDATE t SET u = 'u21' WHERE id = 22", "UPDATE t SET u = 'u22' WHERE id = 21", "COMMIT",
                        "UPDATE t SET u = IF(id = 30, 'last', CONCAT('u', id + 1)) WHERE id BETWEEN 23 AND 30 ORDER BY id DESC",
                        "DELETE FROM t WHERE id = 31", "INSERT INTO t (id, u, v) VALUES (31, 'u31', 'again')",
                    ])
                try await Self.catchUp(task)
                let columns = "id, u, v, e + 0"
                #expect(
                    try await target.rows("SELECT \(columns) FROM `\(database)`.t ORDER BY id")
                        == source.rows("SELECT \(columns) FROM `\(database)`.t ORDER BY id"))
                let own = try await target.rows("SELECT own FROM `\(database)`.t WHERE id <= 30 ORDER BY id")
                #expect(own == (1...30).map { ["own\($0)"] })
                #expect(try await task.supervisor.task(task.name).conflicts.total == 0)
            }
        }
    }
}
