import Glibc
import TestSupport
import Testing

extension Integration {
    /// Definition statements on A reach B a little later than A's own rows. What B's applications write meanwhile has the old
    /// definition, and comes to an A that has the new one.
    @Suite struct DDLInFlightTests {
        /// B writes before A's statements have reached it.
        @Test(arguments: Integration.kinds)
        func theSourceHasNotHeardOfTheStatement(kind: ServerKind) async throws {
            try await Scope.with { scope in
                // What becomes of a swap is known only when the task that carries it has come to it.
                let flight = try await Flight(kind, cases: InFlightCase.all.filter { !$0.isSwap }, in: scope)
                try await flight.pause("a-to-b")
                try await flight.execute(\.statements, on: flight.pair.a)
                try await flight.execute(\.rowsBefore, on: flight.pair.b)
                try await flight.pair.supervisor.wait("\(flight.pair.name)-b-to-a", for: "caught-up")
                try await flight.resume("a-to-b")
                try await flight.pair.waitUntilSettled()
                try await flight.execute(\.rowsAfter, on: flight.pair.b)
                try await flight.requireEqual()
            }
        }

        /// The task that brings B's rows to A lags: they were written before and after the statements reached B. Its
        /// worker is killed on the way.
        @Test(arguments: Integration.kinds)
        func theReverseTaskLags(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let flight = try await Flight(kind, in: scope)
                try await flight.pause("b-to-a")
                try await flight.execute(\.rowsBefore, on: flight.pair.b)
                try await flight.execute(\.statements, on: flight.pair.a)
                try await flight.pair.supervisor.wait("\(flight.pair.name)-a-to-b", for: "caught-up")
                try await flight.execute(\.rowsAfter, on: flight.pair.b)
                try await flight.resume("b-to-a")
                for pid in try await flight.pair.supervisor.workers() { _ = Glibc.kill(pid, SIGKILL) }
                try await flight.requireEqual()
            }
        }

        /// Rows of a partition that was dropped cannot be told from others, nor can values be compared that print otherwise.
        @Test(arguments: Integration.kinds, ["DROP PARTITION low", "MODIFY d DECIMAL(12, 4)", "MODIFY t DATETIME(3)", "MODIFY f DOUBLE"])
        func whatCannotBeTold(kind: ServerKind, change: String) async throws {
            try await Scope.with { scope in
                let flight = try await Flight(kind, cases: [], in: scope)
                let pair = flight.pair
                try await pair.a.execute(
                    "CREATE TABLE `\(pair.database)`.p (id INT PRIMARY KEY, d DECIMAL(10, 2), t DATETIME, f FLOAT) PARTITION BY RANGE (id) "
                        + "(PARTITION low VALUES LESS THAN (100), PARTITION high VALUES LESS THAN (1000))")
                try await pair.waitUntilSettled()
                try await flight.pause("a-to-b")
                try await pair.a.execute("ALTER TABLE `\(pair.database)`.p \(change)")
                try await pair.b.execute("INSERT INTO `\(pair.database)`.p VALUES (1, 1.5, '2026-01-02 03:04:05', 0.1)")
                try await pair.supervisor.wait("\(pair.name)-b-to-a", for: "failed")
                let failure = try #require(try await pair.supervisor.task("\(pair.name)-b-to-a").error)
                #expect(failure.code == "schema-mismatch")
            }
        }
    }
}

/// A table of its own, what A does to it, and what B writes around that.
private struct InFlightCase: Sendable {
    /// `T` stands for the table's name.
    var table = "CREATE TABLE T (id INT PRIMARY KEY, a VARCHAR(20), b INT)"
    var statements: [String]
    /// Under the old definition.
    var rowsBefore = [
        "INSERT INTO T VALUES (10, 'new', 9)", "UPDATE T SET a = 'changed' WHERE id = 1",
        "UPDATE T SET a = 'changed', b = 22 WHERE id = 2", "DELETE FROM T WHERE id = 3",
    ]
    /// Under the new one.
    var rowsAfter: [String]
    /// Tables exchange their names.
    var isSwap = false

    static let all = [
        InFlightCase(statements: ["ALTER TABLE T DROP COLUMN a"], rowsAfter: ["INSERT INTO T VALUES (11, 5)"]),
        InFlightCase(
            statements: ["ALTER TABLE T RENAME COLUMN a TO c"],
            rowsAfter: ["INSERT INTO T (id, c) VALUES (11, 'after')", "UPDATE T SET c = 'again' WHERE id = 10"]),
        InFlightCase(
            table: "CREATE TABLE T (id INT PRIMARY KEY, a VARCHAR(20), b VARCHAR(20))",
            statements: ["ALTER TABLE T RENAME COLUMN a TO b, RENAME COLUMN b TO a", "INSERT INTO T (id, a, b) VALUES (20, 'in a', 'in b')"],
            rowsAfter: ["INSERT INTO T (id, a) VALUES (11, 'after')"]),
        InFlightCase(
            statements: [
                "ALTER TABLE T ADD COLUMN n INT NOT NULL FIRST, ADD COLUMN d VARCHAR(9) NOT NULL DEFAULT 'given' AFTER a, "
                    + "ADD COLUMN e ENUM('x', 'y') NOT NULL, ADD COLUMN s TEXT NOT NULL"
            ],
            rowsAfter: ["INSERT INTO T (n, id, e, s) VALUES (1, 11, 'y', '')", "UPDATE T SET d = 'later' WHERE id = 10"]),
        InFlightCase(
            statements: [
                "SET time_zone = '+05:30'",
                "ALTER TABLE T ADD COLUMN s TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, "
                    + "ADD d DATETIME(3) DEFAULT NOW(3) ON UPDATE NOW(3), "
                    + "ADD u TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP, ADD n INT NOT NULL DEFAULT (6)",
            ],
            rowsAfter: ["UPDATE T SET b = 77 WHERE id = 10"]),
        InFlightCase(
            statements: ["ALTER TABLE T MODIFY b BIGINT FIRST, MODIFY a VARCHAR(200)", "INSERT INTO T (id, b) VALUES (20, 1 << 40)"],
            rowsAfter: ["UPDATE T SET b = 1 << 40 WHERE id = 10"]),
        InFlightCase(
            statements: ["RENAME TABLE T TO T_new", "INSERT INTO T_new VALUES (20, 'a', 1)"],
            rowsAfter: ["UPDATE T_new SET a = 'after' WHERE id IN (2, 10)"]),
        InFlightCase(
            statements: ["CREATE TABLE T_2 LIKE T", "RENAME TABLE T TO T_3, T_2 TO T, T_3 TO T_2", "INSERT INTO T VALUES (1, 'a', 1)"],
            rowsAfter: ["INSERT INTO T VALUES (2, 'b', 2)", "INSERT INTO T_2 VALUES (12, 'c', 3)"], isSwap: true),
        InFlightCase(
            statements: ["TRUNCATE TABLE T", "INSERT INTO T VALUES (1, 'first', 1), (10, 'of A', 1)"],
            rowsAfter: ["INSERT INTO T VALUES (11, 'after', 2)", "UPDATE T SET b = 9 WHERE id = 10"]),
        InFlightCase(
            statements: ["DROP TABLE T", "CREATE TABLE T (other INT PRIMARY KEY)", "INSERT INTO T VALUES (10)"],
            rowsAfter: ["INSERT INTO T VALUES (11)", "DELETE FROM T WHERE other = 10"]),
        InFlightCase(statements: ["DROP TABLE T"], rowsAfter: []),
        InFlightCase(
            table: "CREATE TABLE T (id INT NOT NULL PRIMARY KEY, a VARCHAR(20), b INT NOT NULL)",
            statements: ["ALTER TABLE T DROP PRIMARY KEY, ADD PRIMARY KEY (b)"],
            rowsAfter: ["UPDATE T SET a = 'after' WHERE b = 22"]),
        InFlightCase(
            statements: ["ALTER TABLE T ADD COLUMN x INT", "ALTER TABLE T RENAME COLUMN x TO y, DROP COLUMN a", "RENAME TABLE T TO T_x"],
            rowsAfter: ["INSERT INTO T_x (id, y) VALUES (11, 4)"]),
        InFlightCase(
            table: "CREATE TABLE T (id INT, a VARCHAR(20), b INT)",
            statements: ["ALTER TABLE T DROP COLUMN b"],
            rowsAfter: ["INSERT INTO T VALUES (11, 'x')", "DELETE FROM T WHERE id = 10"]),
    ]
}

/// A pair with a table for each case on both sides, each with three rows.
private struct Flight: Sendable {
    let pair: ShopPair
    private let cases: [InFlightCase]

    init(_ kind: ServerKind, cases: [InFlightCase] = InFlightCase.all, in scope: Scope) async throws {
        self.cases = cases
        pair = try await ShopPair(kind, .bEmpty, rows: 50, settings: "prevails: a\nddl: a-to-b", in: scope)
        try await pair.start()
        try await pair.waitUntilIncremental()
        for (number, one) in cases.enumerated() {
            try await pair.a.execute(named(one.table, number), named("INSERT INTO T VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', 3)", number))
        }
        try await pair.waitUntilSettled()
    }

    func execute(_ part: KeyPath<InFlightCase, [String]>, on server: TestServer) async throws {
        for (number, one) in cases.enumerated() { try await server.execute(one[keyPath: part].map { named($0, number) }) }
    }

    private func named(_ statement: String, _ number: Int) -> String {
        statement.replacing(/\bT(_\w+)?\b/) { "`\(pair.database)`.`case\(number)\($0.output.1 ?? "")`" }
    }

    func pause(_ direction: String) async throws {
        try await pair.supervisor.run("task", "pause", "\(pair.name)-\(direction)")
        try await pair.supervisor.wait("\(pair.name)-\(direction)", for: "paused")
    }

    func resume(_ direction: String) async throws { try await pair.supervisor.run("task", "resume", "\(pair.name)-\(direction)") }

    func requireEqual() async throws {
        try await pair.waitUntilSettled()
        try await pair.requireNoConflicts()
        try await pair.requireEqual()
        try await pair.requireNoLoops()
        #expect(try await pair.a.definitions(of: pair.database) == pair.b.definitions(of: pair.database))
        // What B wrote has not gone missing on both sides alike.
        let kept = try await pair.a.value("SELECT GROUP_CONCAT(id, c ORDER BY id) FROM `\(pair.database)`.case1")
        #expect(kept == "1changed,2changed,10again,11after")
    }
}
