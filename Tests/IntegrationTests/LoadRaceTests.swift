import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// B is used while it is being filled: what its applications do with rows that have arrived already is kept.
    @Suite struct LoadRaceTests {
        @Test(arguments: Integration.kinds)
        func writesToRowsThatTheLoadBroughtAreKept(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let a = try TestServer.shared(kind, .a)
                let b = try TestServer.shared(kind, .b)
                let database = scope.uniqueName("race")
                for server in [a, b] {
                    scope.onExit { try await server.execute("DROP DATABASE IF EXISTS `\(database)`") }
                }
                try await a.execute(
                    "CREATE DATABASE `\(database)`",
                    "USE `\(database)`",
                    "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20), u INT UNIQUE)",
                    "CREATE TABLE odd (id DOUBLE PRIMARY KEY, v VARCHAR(20))",
                    "CREATE TABLE keyless (n INT)",
                    "INSERT INTO t WITH RECURSIVE d (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM d WHERE i < 99) "
                        + "SELECT a.i * 100 + b.i, 'old', a.i * 100 + b.i FROM d a, d b",
                    "INSERT INTO odd SELECT id / 7, v FROM t",
                    "INSERT INTO keyless SELECT id FROM t LIMIT 1000"
                )
                let supervisor = try await TestSupervisor(in: scope)
                let file = try scope.file(
                    "pair.yml",
                    """
                    name: race
                    a: \(a.yaml())
                    b: \(b.yaml())
                    objects: [{database: \(database)}]
                    scenario: b-empty
                    prevails: a
                    limits: {rows_per_second: 6000, load_threads: 2}
                    """
                )
                try await supervisor.run("pair", "create", "-f", file)
                scope.onExit { try await supervisor.run("pair", "delete", "race", "--yes") }
                try await supervisor.run("pair", "start", "race")
                // A takes rows in hand while they are copied; B goes on with each as soon as it sees A's value there.
                async let fromA: Void = {
                    for start in stride(from: 0, to: 10_000, by: 250) {
                        try await a.execute(
                            "USE `\(database)`",
                            "UPDATE t SET v = 'from A' WHERE id BETWEEN \(start) AND \(start + 249) AND id % 5 = 0",
                            "DELETE FROM t WHERE id BETWEEN \(start) AND \(start + 249) AND id % 50 = 7",
                            "INSERT INTO keyless VALUES (\(100_000 + start))"
                        )
                    }
                }()
                // Each row once: whatever brings A's value back afterwards is not mended.
                var finished: Set<String> = []
                try await eventually(within: .seconds(90), "B has finished all rows that A took in hand") {
                    let tables = "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(database)' AND TABLE_NAME = 't'"
                    guard try await b.value(tables) != nil else { return false }
                    let found = try await b.rows("SELECT id FROM `\(database)`.t WHERE v = 'from A'").compactMap { $0[0] }
                    let fresh = Set(found).subtracting(finished)
                    if !fresh.isEmpty {
                        try await b.execute(
                            "UPDATE `\(database)`.t SET v = 'done by B' WHERE id IN (\(fresh.joined(separator: ",")))")
                    }
                    finished.formUnion(fresh)
                    return finished.count == 2000
                }
                try await fromA
                try await supervisor.wait("race", for: "incremental", seconds: 90)
                try await supervisor.wait("race", for: "settled", seconds: 90)
                let result = try await Comparison(a.address, b.address).run([(a: database, b: database)])
                #expect(result.isEqual, "\(result.summary)")
                #expect(try await a.value("SELECT COUNT(*) FROM `\(database)`.t WHERE v = 'done by B'") == "2000")
                #expect(try await a.value("SELECT COUNT(*) FROM `\(database)`.t") == "9800")
                for task in try await supervisor.pair("race").tasks {
                    #expect(task.conflicts.total == 0, "\(task.name)")
                }
            }
        }
    }
}
