import Glibc
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Foreign keys that change other rows than the statement names. MySQL 9.6 and later log those, MariaDB does not.
    @Suite struct CascadeTests {
        /// Parents with children under every rule, trees within a table, keys that change, and a worker that is
        /// killed.
        @Test(arguments: Integration.kinds)
        func whatForeignKeysChangeArrives(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let source = try TestServer.shared(kind, .a)
                let target = try TestServer.shared(kind, .b)
                let database = scope.uniqueName("cascades")
                try await source.makeDatabase(database, in: scope)
                scope.onExit { try await target.execute("DROP DATABASE IF EXISTS `\(database)`") }
                try await source.execute(["USE `\(database)`"] + Family.tables)
                var family = Family(database: database, seed: Integration.seed)
                for _ in 0..<60 { try await source.execute(family.transaction()) }
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "cascades", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait(task.name, for: "caught-up")
                let rounds = Integration.isLong ? 1200 : 240
                for round in 0..<rounds {
                    try await source.execute(family.transaction())
                    guard round % (rounds / 3) == rounds / 6 else { continue }
                    try await supervisor.wait(task.name, for: "incremental")
                    for pid in try await supervisor.workers() { _ = Glibc.kill(pid, SIGKILL) }
                }
                try await supervisor.wait(task.name, for: "caught-up")
                let result = try await Comparison(source.address, target.address).run([(a: database, b: database)])
                #expect(result.isEqual, "\(result.summary)")
                #expect(result.rows > 50)
                #expect(try await supervisor.task(task.name).conflicts.total == 0)
            }
        }

        /// While rows are copied, nobody can tell what such a foreign key has reached.
        @Test func aDeletedParentDuringTheCopyStops() async throws {
            guard Integration.kinds.contains(.mariadb) else { return }
            try await Scope.with { scope in
                let (source, target) = (try TestServer.shared(.mariadb, .a), try TestServer.shared(.mariadb, .b))
                let database = scope.uniqueName("cascades")
                try await source.makeDatabase(database, in: scope)
                try await target.makeDatabase(database, in: scope)
                for server in [source, target] {
                    try await server.execute(
                        "USE `\(database)`", "CREATE TABLE up (id INT PRIMARY KEY)",
                        "CREATE TABLE down (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES up (id) ON DELETE CASCADE)")
                }
                let ids = (1...300).map { "(\($0))" }.joined(separator: ", ")
                try await source.execute("USE `\(database)`", "INSERT INTO up VALUES \(ids)", "INSERT INTO down SELECT id, id FROM up")
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "cascades", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]",
                    settings: "initialization: [data]\nif_target_exists: ignore\nlimits: {rows_per_second: 5}", on: supervisor, in: scope)
                try await task.start()
                try await eventually("rows are being copied") { try await supervisor.task(task.name).phase == "data" }
                try await source.execute("DELETE FROM `\(database)`.up WHERE id = 1")
                try await supervisor.run("task", "limit", task.name, "--rows-per-second", "0")
                try await supervisor.wait(task.name, for: "failed")
                let failure = try #require(try await supervisor.task(task.name).error)
                #expect(failure.code == "unsupported" && failure.message.contains("foreign keys"))
            }
        }

        /// A session that switches foreign keys off changes only the rows that it names.
        @Test(arguments: Integration.kinds)
        func sessionsWithoutForeignKeys(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await Followed(
                    kind,
                    tables: [
                        "CREATE TABLE up (id INT PRIMARY KEY)",
                        "CREATE TABLE down (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES up (id) ON DELETE CASCADE ON UPDATE CASCADE)",
                        "INSERT INTO up VALUES (1), (2), (3)", "INSERT INTO down VALUES (1, 1), (2, 2), (3, 3)",
                    ], in: scope)
                try await one.write("SET foreign_key_checks = 0", "DELETE FROM up WHERE id = 1", "UPDATE up SET id = 20 WHERE id = 2")
                try await one.write("DELETE FROM up WHERE id = 3")
                try await one.catchUp()
                try await one.requireEqual()
                #expect(try await one.onTarget("SELECT * FROM down ORDER BY id") == ["1 1", "2 2"])
            }
        }

        /// A foreign key that comes while the task runs is followed from then on.
        @Test(arguments: Integration.kinds)
        func keysThatComeLater(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await Followed(
                    kind, tables: ["CREATE TABLE up (id INT PRIMARY KEY)", "CREATE TABLE down (id INT PRIMARY KEY, p INT, KEY (p))"],
                    settings: "sql: [insert, update, delete, ddl]", in: scope)
                try await one.write("INSERT INTO up VALUES (1), (2), (3)", "DELETE FROM up WHERE id = 3", "INSERT INTO down VALUES (1, 1), (2, 2)")
                try await one.catchUp()
                try await one.write(
                    "ALTER TABLE down ADD FOREIGN KEY (p) REFERENCES up (id) ON DELETE CASCADE", "DELETE FROM up WHERE id = 1")
                try await one.catchUp()
                #expect(try await one.onTarget("SELECT * FROM down ORDER BY id") == ["2 2"])
            }
        }

        /// In a pair, what one side's foreign keys do to rows that the other side has written meanwhile is known to nobody.
        @Test func aPairIsRefusedWhereTheServerDoesNotLogThem() async throws {
            guard Integration.kinds.contains(.mariadb) else { return }
            try await Scope.with { scope in
                let pair = try await ShopPair(.mariadb, .bEmpty, rows: 10, in: scope)
                try await pair.a.execute(
                    "CREATE TABLE `\(pair.database)`.up (id INT PRIMARY KEY)",
                    "CREATE TABLE `\(pair.database)`.down (id INT PRIMARY KEY, p INT, "
                        + "FOREIGN KEY (p) REFERENCES `\(pair.database)`.up (id) ON DELETE CASCADE)")
                let done = try await pair.supervisor.command("pair", "start", pair.name)
                #expect(done.status == 3)
                #expect((done.output + done.errors).contains("down (p) to"))
            }
        }
    }
}

/// Tables that refer to each other, and random transactions on them.
private struct Family {
    static let tables = [
        "CREATE TABLE parents (id INT PRIMARY KEY, code INT NOT NULL UNIQUE, note VARCHAR(20))",
        "CREATE TABLE children (id INT PRIMARY KEY, p INT, note VARCHAR(20), "
            + "FOREIGN KEY (p) REFERENCES parents (id) ON DELETE CASCADE ON UPDATE CASCADE)",
        "CREATE TABLE grandchildren (id INT PRIMARY KEY, c INT NOT NULL, FOREIGN KEY (c) REFERENCES children (id) ON DELETE CASCADE ON UPDATE CASCADE)",
        "CREATE TABLE loose (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parents (id) ON DELETE SET NULL ON UPDATE SET NULL)",
        "CREATE TABLE coded (id INT PRIMARY KEY, code INT, FOREIGN KEY (code) REFERENCES parents (code) ON DELETE CASCADE ON UPDATE CASCADE)",
        "CREATE TABLE trees (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES trees (id) ON DELETE CASCADE)",
    ]

    let database: String
    private var random: SeededRandom
    private var next = 0

    init(database: String, seed: UInt64) {
        self.database = database
        random = SeededRandom(seed: seed)
    }

    /// One transaction; keys come again after they went.
    mutating func transaction() -> [String] {
        var statements = ["USE `\(database)`", "START TRANSACTION"]
        for _ in 0..<random.number(1...4) { statements.append(statement()) }
        return statements + ["COMMIT"]
    }

    private mutating func statement() -> String {
        next += 1
        let (key, other) = (random.number(1...25), random.number(1...25))
        switch random.number(0...13) {
        case 0...2: return "INSERT IGNORE INTO parents VALUES (\(key), \(key + 100), 'new \(next)')"
        case 3...4:
            return "INSERT INTO children SELECT \(next), id, 'child' FROM parents WHERE id IN (\(key), \(other)) ORDER BY id LIMIT 1"
        case 5: return "INSERT INTO grandchildren SELECT \(next), MAX(id) FROM children HAVING MAX(id) IS NOT NULL"
        case 6: return "INSERT INTO loose SELECT \(next), MAX(id) FROM parents WHERE id <= \(key)"
        case 7: return "INSERT INTO coded SELECT \(next), MIN(code) FROM parents WHERE id >= \(key)"
        case 8: return "DELETE FROM parents WHERE id IN (\(key), \(other))"
        case 9: return "UPDATE IGNORE parents SET id = \(other) WHERE id = \(key)"
        case 10: return "UPDATE IGNORE parents SET code = code + 1000, note = 'coded' WHERE id = \(key)"
        // Not deeper than MySQL's foreign keys reach.
        case 11 where key % 3 == 0: return "INSERT INTO trees VALUES (\(next), NULL)"
        case 11:
            return "INSERT INTO trees SELECT \(next), MAX(t.id) FROM trees t LEFT JOIN trees u ON u.id = t.up WHERE u.up IS NULL"
        case 12: return "DELETE FROM trees WHERE id % 40 = \(key)"
        default: return "UPDATE children SET note = 'changed \(next)', id = id + 100000 WHERE p = \(key) AND id < 100000"
        }
    }
}
