import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Columns that both servers compute by themselves: no row image needs to hold them.
    @Suite struct GeneratedColumnTests {
        private static let table = """
            CREATE TABLE t (id INT PRIMARY KEY, a INT, g INT AS (a * 2) STORED, v VARCHAR(20) AS (CONCAT('v', a)) VIRTUAL, w VARCHAR(20),
                UNIQUE KEY by_g (g), UNIQUE KEY by_v (v))
            """
        private static let rows = "SELECT id, a, g, v, w FROM t ORDER BY id"

        private static func run(_ server: TestServer, _ database: String, _ statements: String...) async throws {
            try await server.withSession { session in
                try session.execute("USE `\(database)`")
                for statement in statements { try session.execute(statement) }
            }
        }

        private static func read(_ server: TestServer, _ database: String) async throws -> [[String?]] {
            try await server.withSession { session in
                try session.execute("USE `\(database)`")
                return try session.rows(rows).map { Array($0) }
            }
        }

        /// Updates, deletions, keys that change hands, rows that both sides change, and unique computed values that clash.
        @Test(arguments: Integration.kindsAndNewer)
        func aPairCarriesThem(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let a = try await MatrixRun.server(kind, .a, scope)
                let b = try await MatrixRun.server(kind, .b, scope)
                let database = scope.uniqueName("generated")
                try await a.makeDatabase(database, in: scope)
                scope.onExit { try await b.execute("DROP DATABASE IF EXISTS `\(database)`") }
                try await Self.run(a, database, Self.table, "INSERT INTO t (id, a, w) VALUES (1, 1, 'x'), (2, 2, 'x'), (3, 3, 'x'), (4, NULL, 'x')")
                let supervisor = try await TestSupervisor(in: scope)
                let file = try scope.file(
                    "pair.yml",
                    "name: computed\na: \(a.yaml())\nb: \(b.yaml())\nobjects: [{database: \(database)}]\nprevails: a\nscenario: b-empty\n")
                try await supervisor.run("pair", "create", "-f", file)
                scope.onExit { try await supervisor.run("pair", "delete", "computed", "--yes") }
                try await supervisor.run("pair", "start", "computed")
                try await supervisor.wait("computed", for: "incremental")
                try await Self.run(
                    a, database, "UPDATE t SET a = 10 WHERE id = 1", "UPDATE t SET w = 'y' WHERE id = 4", "START TRANSACTION",
                    "UPDATE t SET a = NULL WHERE id = 2", "UPDATE t SET a = 2 WHERE id = 3", "UPDATE t SET a = 3 WHERE id = 2", "COMMIT")
                // An application may be the one that a deadlock with the task ends.
                try await supervisor.wait("computed", for: "caught-up")
                try await Self.run(b, database, "INSERT INTO t (id, a, w) VALUES (20, 20, 'b'), (21, 21, 'b')", "DELETE FROM t WHERE id = 20", "UPDATE t SET id = 22 WHERE id = 21")
                try await supervisor.wait("computed", for: "caught-up")
                #expect(try await Self.read(a, database) == Self.read(b, database))
                #expect(try await Self.read(a, database).map { $0[0] } == ["1", "2", "3", "4", "22"])
                for task in ["computed-a-to-b", "computed-b-to-a"] { #expect(try await supervisor.task(task).conflicts.total == 0) }

                try await supervisor.run("pair", "pause", "computed")
                try await Self.run(a, database, "UPDATE t SET a = 100 WHERE id = 1", "UPDATE t SET w = 'a' WHERE id = 2", "DELETE FROM t WHERE id = 3")
                try await Self.run(
                    b, database, "UPDATE t SET a = 200 WHERE id = 1", "DELETE FROM t WHERE id = 2", "UPDATE t SET w = 'b' WHERE id = 3",
                    "UPDATE t SET w = 'b' WHERE id = 4")
                try await supervisor.run("pair", "resume", "computed")
                try await supervisor.wait("computed", for: "settled")
                let ends = try await Self.read(a, database)
                #expect(try await Self.read(b, database) == ends)
                #expect(ends.first { $0[0] == "1" } == ["1", "100", "200", "v100", "x"])
                #expect(ends.first { $0[0] == "2" }?[4] == "a" && ends.first { $0[0] == "4" }?[4] == "b")
                #expect(try await supervisor.task("computed-a-to-b").conflicts.total == 3)
                // Records hold what was compared.
                let listed = try await supervisor.command("conflict", "list", "computed", "--json")
                #expect(listed.status == 0 && listed.output.contains("update_differs"), "\(listed.output)\(listed.errors)")
            }
        }
    }
}
