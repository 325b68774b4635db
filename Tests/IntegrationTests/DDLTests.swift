import Glibc
import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Definition statements on A while rows are written on both sides, on B also into the tables at hand, and processes are
    /// killed: both sides end with the same structure and the same rows.
    @Suite struct DDLTests {
        @Test(arguments: Integration.kinds)
        func statementsAmongWritersAndKills(kind: ServerKind) async throws {
            try await Scope.with { scope in
                var random = SeededRandom(seed: Integration.seed)
                let pair = try await ShopPair(kind, .bEmpty, rows: 500, settings: "prevails: a\nddl: a-to-b", in: scope)
                try await pair.start()
                try await pair.waitUntilIncremental()
                let writersA = try await pair.write(.a, rate: 50)
                let writersB = try await pair.write(.b, rate: 50)
                let wanderer = Wanderer(pair.b, pair.database, seed: Integration.seed, in: scope)
                var script = DDLScript(database: pair.database)
                let statements = Integration.isLong ? 160 : 60
                while script.statements < statements {
                    try await pair.a.execute(script.next(&random))
                    guard script.statements % (statements / 12) == 0 else { continue }
                    try await wanderer.change(5)
                    let workers = try await pair.supervisor.workers()
                    if let pid = workers.randomElement(using: &random) { _ = Glibc.kill(pid, SIGKILL) }
                }
                _ = try await writersA.stop()
                _ = try await writersB.stop()
                #expect(try await wanderer.stop() >= 60)
                try await pair.waitUntilSettled(seconds: 240)
                try await pair.requireNoConflicts()
                try await pair.requireEqual()
                try await pair.requireNoLoops()
                #expect(try await pair.a.definitions(of: pair.database) == pair.b.definitions(of: pair.database))
                let tasks = try await pair.tasks()
                #expect(tasks.aToB.counts.ddl == script.logged)
                #expect(tasks.bToA.counts.ddl == 0)
            }
        }

        /// A foreign key that changes rows itself is carried over where the source logs what it changes, and refused where
        /// it does not.
        @Test(arguments: Integration.kinds)
        func aForeignKeyThatCascades(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(kind, .bEmpty, rows: 100, settings: "prevails: a\nddl: a-to-b", in: scope)
                try await pair.start()
                try await pair.waitUntilIncremental()
                try await pair.a.execute(
                    "USE `\(pair.database)`", "CREATE TABLE parents (id INT PRIMARY KEY)",
                    "CREATE TABLE children (id INT PRIMARY KEY, p INT, q INT)", "INSERT INTO parents VALUES (1), (2), (3), (4)",
                    "INSERT INTO children VALUES (1, 1, 2), (2, 2, 3), (3, 3, 3), (4, 4, 1)",
                    "ALTER TABLE children ADD FOREIGN KEY (p) REFERENCES parents (id) ON DELETE CASCADE, "
                        + "ADD FOREIGN KEY (q) REFERENCES parents (id) ON DELETE SET NULL",
                    "DELETE FROM parents WHERE id = 1", "DELETE FROM parents WHERE id = 3")
                guard kind == .mysql else {
                    try await pair.supervisor.wait("\(pair.name)-a-to-b", for: "failed")
                    #expect(try await pair.supervisor.task("\(pair.name)-a-to-b").error?.code == "ddl-unsupported")
                    return
                }
                try await pair.waitUntilSettled()
                try await pair.requireNoConflicts()
                try await pair.requireEqual()
                #expect(try await pair.b.value("SELECT GROUP_CONCAT(id ORDER BY id) FROM `\(pair.database)`.children") == "2,4")
                #expect(try await pair.b.value("SELECT COUNT(*) FROM `\(pair.database)`.children WHERE q IS NULL") == "2")
            }
        }

        /// MariaDB drops those that are there, and tells an error; MySQL drops none.
        @Test(arguments: Integration.kinds)
        func aDropOfSeveralOfWhichOneIsMissing(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(kind, .bEmpty, rows: 50, settings: "prevails: a\nddl: a-to-b", in: scope)
                try await pair.start()
                try await pair.waitUntilIncremental()
                try await pair.a.execute("USE `\(pair.database)`", "CREATE TABLE one (id INT PRIMARY KEY)", "CREATE TABLE two (id INT PRIMARY KEY)")
                await #expect(throws: MySQLError.self) { try await pair.a.execute("DROP TABLE `\(pair.database)`.one, `\(pair.database)`.missing") }
                try await pair.a.execute("INSERT INTO `\(pair.database)`.two VALUES (1)")
                try await pair.waitUntilSettled()
                try await pair.requireEqual()
                #expect(try await pair.a.definitions(of: pair.database) == pair.b.definitions(of: pair.database))
                let left = try await pair.b.value(
                    "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(pair.database)' AND TABLE_NAME IN ('one', 'two')")
                #expect(left == (kind == .mysql ? "2" : "1"))
            }
        }

        /// The target's user changes something that the statement needs: the task stops with both texts, and goes on when
        /// that is mended.
        @Test(arguments: Integration.kinds)
        func aStatementThatTheTargetRefuses(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(kind, .bEmpty, rows: 100, settings: "prevails: a\nddl: a-to-b", in: scope)
                try await pair.start()
                try await pair.waitUntilIncremental()
                try await pair.b.execute("CREATE TABLE `\(pair.database)`.in_the_way (other INT)")
                try await pair.a.execute(
                    "CREATE TABLE `\(pair.database)`.in_the_way (id INT PRIMARY KEY)",
                    "INSERT INTO `\(pair.database)`.in_the_way VALUES (1)"
                )
                let task = "\(pair.name)-a-to-b"
                try await pair.supervisor.wait(task, for: "failed")
                let failure = try #require(try await pair.supervisor.task(task).error)
                #expect(failure.code == "ddl-failed")
                #expect(failure.message.contains("in_the_way") && failure.message.contains("1050"))
                try await pair.b.execute("DROP TABLE `\(pair.database)`.in_the_way")
                try await pair.supervisor.run("task", "retry", task)
                try await pair.waitUntilSettled()
                #expect(try await pair.b.value("SELECT COUNT(*) FROM `\(pair.database)`.in_the_way") == "1")
            }
        }
    }
}

/// Statements on tables of their own beside the workload's, each with a few rows written under the definition of the
/// moment.
private struct DDLScript {
    let database: String
    private(set) var statements = 0
    /// Statements that the server logs as DDL.
    private(set) var logged = 0
    private var tables: [(name: String, columns: [(name: String, value: String)])] = []
    private var counter = 0

    private static let types = [
        ("INT", "-7"), ("BIGINT UNSIGNED", "18446744073709551615"), ("VARCHAR(30)", "'tëxt'"),
        ("DATETIME(6)", "'2026-01-02 03:04:05.678901'"), ("DECIMAL(12, 3)", "-12.345"), ("ENUM('a', 'b')", "'b'"),
        ("TEXT", "'long'"),
    ]

    init(database: String) { self.database = database }

    private func quoted(_ name: String) -> String { "`\(database)`.`\(name)`" }

    /// One definition statement, and rows behind it.
    mutating func next(_ random: inout SeededRandom) -> [String] {
        statements += 1
        logged += 1
        counter += 1
        if statements == 1 { return ["CREATE TABLE \(quoted("one")) (id INT, s VARCHAR(9), PRIMARY KEY (id))"] }
        // Not equal to the first: of a swap of equal tables nobody could tell after a SIGKILL whether it was executed.
        if statements == 2 { return ["CREATE TABLE \(quoted("two")) (id INT, s VARCHAR(9), more INT, PRIMARY KEY (id))"] }
        if tables.count < 2 { return create() }
        let place = random.number(0...tables.count - 1)
        let table = tables[place].name
        var result: [String]
        switch random.number(0...9) {
        case 0 where tables.count < 6: return create()
        case 1 where tables.count > 3:
            tables.remove(at: place)
            return ["DROP TABLE \(quoted(table))"]
        case 2:
            tables[place].name = "r\(counter)"
            result = ["RENAME TABLE \(quoted(table)) TO \(quoted("r\(counter)"))"]
        case 3:
            result = ["TRUNCATE TABLE \(quoted(table))"]
        case 4 where tables[place].columns.count > 1:
            let gone = tables[place].columns.removeLast().name
            result = ["ALTER TABLE \(quoted(table)) DROP COLUMN \(gone)"]
        case 5 where tables[place].columns.count > 0:
            let old = tables[place].columns[0].name
            tables[place].columns[0].name = "n\(counter)"
            result = ["ALTER TABLE \(quoted(table)) RENAME COLUMN \(old) TO n\(counter)"]
        case 6:
            // Of tables that only A writes: a swap under B's writers is refused.
            return [
                "RENAME TABLE \(quoted("one")) TO \(quoted("swap")), \(quoted("two")) TO \(quoted("one")), \(quoted("swap")) TO \(quoted("two"))",
                "INSERT INTO \(quoted("one")) (id) VALUES (\(counter))", "UPDATE \(quoted("two")) SET s = '\(counter)'",
            ]
        case 7:
            result = ["CREATE INDEX i\(counter) ON \(quoted(table)) (id)"]
        default:
            let (type, value) = Self.types[counter % Self.types.count]
            tables[place].columns.insert(("c\(counter)", value), at: 0)
            result = [
                "ALTER TABLE \(quoted(table)) ADD COLUMN c\(counter) \(type) \(counter % 2 == 0 ? "FIRST" : "AFTER id")"
            ]
        }
        result.append("INSERT INTO \(quoted(tables[place].name)) (id) VALUES (\(counter * 10)), (\(counter * 10 + 1))")
        if let column = tables[place].columns.first {
            result.append("UPDATE \(quoted(tables[place].name)) SET \(column.name) = \(column.value) WHERE id % 10 = 1")
        }
        return result
    }

    private mutating func create() -> [String] {
        let name = "t\(counter)"
        // No two tables are ever defined alike: after a kill nobody could tell whether they were swapped.
        tables.append((name, [("a\(counter)", "'changed'")]))
        return [
            "CREATE TABLE \(quoted(name)) (id INT PRIMARY KEY, a\(counter) VARCHAR(20))",
            "INSERT INTO \(quoted(name)) VALUES (\(counter * 10), 'first'), (\(counter * 10 + 1), 'second')",
        ]
    }
}
