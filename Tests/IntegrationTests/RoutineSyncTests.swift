import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Procedures and functions in a pair: they come with the structure, once, and travel neither on nor back.
    @Suite struct RoutineSyncTests {
        @Test(arguments: Integration.kinds)
        func comeWithTheStructure(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let a = try TestServer.shared(kind, .a)
                let b = try TestServer.shared(kind, .b)
                let database = scope.uniqueName("routines")
                try await a.makeDatabase(database, in: scope)
                scope.onExit { try await b.execute("DROP DATABASE IF EXISTS `\(database)`") }
                try await a.execute(
                    "USE `\(database)`", "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))", "INSERT INTO t VALUES (1, 'a')",
                    "CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN a + 1", "CREATE PROCEDURE p() INSERT INTO t VALUES (f(9), 'p')",
                    "CREATE VIEW w AS SELECT f(id) x FROM t")
                let supervisor = try await TestSupervisor(in: scope)
                let name = "routines"
                let file = try scope.file(
                    "\(name).yml",
                    """
                    name: \(name)
                    a: \(a.yaml())
                    b: \(b.yaml())
                    objects: [{database: \(database), routines: true}]
                    prevails: a
                    ddl: a-to-b
                    """)
                try await supervisor.run("pair", "create", "-f", file)
                scope.onExit { try await supervisor.run("pair", "delete", name, "--yes") }
                try await supervisor.run("pair", "start", name)
                try await supervisor.wait(name, for: "settled", seconds: 120)

                try await b.execute("USE `\(database)`", "CALL p()", "CREATE PROCEDURE of_b() SELECT 1")
                try await a.execute("USE `\(database)`", "INSERT INTO t VALUES (2, 'a')", "CREATE PROCEDURE of_a() SELECT 1")
                try await supervisor.wait(name, for: "settled", seconds: 120)
                let routines = "SELECT GROUP_CONCAT(ROUTINE_NAME ORDER BY ROUTINE_NAME) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = '\(database)'"
                #expect(try await a.value(routines) == "f,of_a,p")
                #expect(try await b.value(routines) == "f,of_b,p")
                for server in [a, b] {
                    #expect(try await server.rows("SELECT id, v FROM `\(database)`.t ORDER BY id") == [["1", "a"], ["2", "a"], ["10", "p"]])
                    #expect(try await server.value("SELECT MAX(x) FROM `\(database)`.w") == "11")
                }
            }
        }
    }
}
