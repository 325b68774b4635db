import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Changes that a session of the source logs as statements: those that cannot concern synced tables pass, and all others stop the
    /// task, which goes on when the operator has done by hand what they did.
    @Suite struct StatementFormatTests {
        private static let tables = [
            "CREATE TABLE t (id INT PRIMARY KEY, a INT)", "INSERT INTO t VALUES (1, 10), (2, 20)", "CREATE VIEW v AS SELECT id, a FROM t",
        ]

        /// Beside the synced database one that is not synced.
        private static func start(_ kind: ServerKind, as account: Account? = nil, in scope: Scope) async throws -> (Followed, other: String) {
            let followed = try await Followed(kind, tables: tables, sourceAccount: account, in: scope)
            let other = scope.uniqueName("other")
            try await followed.source.makeDatabase(other, in: scope)
            try await followed.source.execute(
                "CREATE TABLE `\(other)`.u (id INT PRIMARY KEY, a INT)", "INSERT INTO `\(other)`.u VALUES (1, 1), (2, 2)",
                "CREATE VIEW `\(other)`.v AS SELECT * FROM `\(followed.database)`.t",
                "CREATE TABLE `\(other)`.w (id INT PRIMARY KEY, a INT)",
                "CREATE TRIGGER `\(other)`.w_harmless AFTER INSERT ON `\(other)`.w FOR EACH ROW UPDATE `\(other)`.u SET a = NEW.a",
                "CREATE TABLE `\(other)`.x (id INT PRIMARY KEY, a INT)",
                "CREATE TRIGGER `\(other)`.x_log AFTER INSERT ON `\(other)`.x FOR EACH ROW INSERT INTO `\(followed.database)`.t VALUES (NEW.id, NEW.a)",
                "CREATE FUNCTION `\(other)`.plain(n INT) RETURNS INT NO SQL RETURN n + 1",
                "CREATE FUNCTION `\(other)`.f(n INT) RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN UPDATE `\(followed.database)`.t SET a = a + n; RETURN n; END")
            return (followed, other)
        }

        @Test(arguments: Integration.kinds)
        func whatCannotChangeSyncedTablesPasses(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let (followed, other) = try await Self.start(kind, in: scope)
                // As pt-table-checksum writes, from a session that uses the synced database.
                try await followed.write(
                    "SET binlog_format = STATEMENT",
                    "REPLACE INTO `\(other)`.u (id, a) SELECT 7, COUNT(*) FROM `\(followed.database)`.`t` WHERE ((1=1))",
                    "UPDATE `\(other)`.u JOIN t ON u.id = t.id SET u.a = t.a",
                    "UPDATE t AS `x`, `\(other)`.u AS `y` SET `y`.a = `x`.a + 1 WHERE `x`.id = `y`.id",
                    "DELETE y FROM `\(other)` . u AS y, t WHERE y.id = t.id AND t.id = 2",
                    "INSERT INTO `\(other)`.u VALUES (9, `\(other)`.plain(1))",
                    "INSERT INTO `\(other)`.w VALUES (1, (SELECT MAX(a) FROM t))",
                    "CREATE TEMPORARY TABLE passing (id INT PRIMARY KEY)", "INSERT INTO passing SELECT id FROM t", "DROP TEMPORARY TABLE passing",
                    "SET binlog_format = ROW",
                    "UPDATE t SET a = a + 1")
                try await followed.requireEqual()
                #expect(try await followed.onTarget("SELECT a FROM t ORDER BY id") == ["11", "21"])
            }
        }

        @Test(
            arguments: Integration.kinds,
            [
                ("UPDATE OTHER.u, t SET t.a = 30 WHERE t.id = 1", "UPDATE t SET a = 30 WHERE id = 1", "it changes"),
                ("UPDATE OTHER.v SET a = 30 WHERE id = 1", "UPDATE t SET a = 30 WHERE id = 1", "the view"),
                ("UPDATE v SET a = 30 WHERE id = 1", "UPDATE t SET a = 30 WHERE id = 1", "the view"),
                ("INSERT INTO OTHER.x VALUES (3, 30)", "INSERT INTO t VALUES (3, 30)", "the trigger"),
                ("INSERT INTO OTHER.u VALUES (8, OTHER.f(5))", "UPDATE t SET a = a + 5", "the function"),
                ("SELECT OTHER.f(5)", "UPDATE t SET a = a + 5", "the function"),
            ])
        func whatMayChangeThemStopsAndIsDoneByHand(kind: ServerKind, one: (statement: String, byHand: String, reason: String)) async throws {
            try await Scope.with { scope in
                let (followed, other) = try await Self.start(kind, in: scope)
                let statement = one.statement.replacing("OTHER", with: "`\(other)`")
                try await followed.source.withSession { [database = followed.database] session in
                    try session.execute("USE `\(database)`")
                    try session.execute("SET binlog_format = STATEMENT")
                    _ = try session.rows(statement)
                    try session.execute("SET binlog_format = ROW")
                    try session.execute("INSERT INTO t VALUES (50, 50)")
                }
                let failure = try await followed.failure()
                #expect(failure.code == "statement-format" && failure.message.contains(one.reason), "\(failure)")
                #expect(failure.message.contains(one.statement.prefix(6)) && failure.remedy.contains("skip-statement"), "\(failure)")
                #expect(try await followed.supervisor.task(followed.task.name).actions.contains("replace-statement") == false)
                try await followed.writeTarget(one.byHand)
                try await followed.supervisor.run("task", "skip-statement", followed.task.name)
                try await followed.requireEqual()
            }
        }

        /// A user who may not see triggers and functions cannot tell; the error says what to grant, and that is enough.
        @Test(arguments: Integration.kinds)
        func whatTheUserMayNotSeeIsNamed(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let account = Account(user: scope.uniqueName("u").suffix(30).description, password: "Pass-word-1")
                let source = try TestServer.shared(kind, .a)
                scope.onExit { try await source.execute("DROP USER IF EXISTS '\(account.user)'@'%'") }
                try await source.execute(
                    "CREATE USER '\(account.user)'@'%' IDENTIFIED BY '\(account.password)'",
                    "GRANT REPLICATION SLAVE, \(kind == .mysql ? "REPLICATION CLIENT" : "BINLOG MONITOR") ON *.* TO '\(account.user)'@'%'",
                    "GRANT SELECT, SHOW VIEW, LOCK TABLES ON `followed%`.* TO '\(account.user)'@'%'",
                    "GRANT ALL PRIVILEGES ON `__dts__`.* TO '\(account.user)'@'%'")
                let (followed, other) = try await Self.start(kind, as: account, in: scope)
                for (statement, reason) in [
                    ("REPLACE INTO `\(other)`.u (id, a) SELECT 7, COUNT(*) FROM t", "may not see whether \(other).u has triggers"),
                    ("INSERT INTO `\(other)`.u VALUES (9, `\(other)`.plain(1))", "may not see whether plain is a stored function"),
                ] {
                    try await followed.write("SET binlog_format = STATEMENT", statement)
                    let failure = try await followed.failure()
                    #expect(failure.code == "statement-format" && failure.message.contains(reason), "\(failure)")
                    let grants = try #require(failure.remedy.firstRange(of: " on the source, so that it can be told, and retry the task"))
                    for grant in failure.remedy[..<grants.lowerBound].split(separator: "; ") { try await source.execute(String(grant)) }
                    try await followed.supervisor.run("task", "retry", followed.task.name)
                    try await followed.catchUp()
                }
                try await followed.write("UPDATE t SET a = a + 1")
                try await followed.requireEqual()
            }
        }

        /// The same text twice is two statements.
        @Test(arguments: Integration.kinds)
        func eachStatementIsDecidedByItself(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let (followed, _) = try await Self.start(kind, in: scope)
                try await followed.write(
                    "SET binlog_format = STATEMENT", "BEGIN", "UPDATE t SET a = a + 1", "UPDATE t SET a = a + 1", "COMMIT")
                for _ in 0..<2 {
                    #expect(try await followed.failure().code == "statement-format")
                    try await followed.writeTarget("UPDATE t SET a = a + 1")
                    try await followed.supervisor.run("task", "skip-statement", followed.task.name)
                }
                try await followed.requireEqual()
            }
        }
    }
}
