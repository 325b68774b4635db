import SyncMySQL
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// Definition statements whose text means something else to whoever does not know the session that wrote them.
    @Suite struct DDLTextTests {
        private func followed(_ kind: ServerKind, in scope: Scope) async throws -> Followed {
            try await Followed(
                kind, tables: ["CREATE TABLE t (id INT PRIMARY KEY)", "CREATE TABLE u (id INT PRIMARY KEY)"],
                settings: "sql: [insert, update, delete, ddl]", in: scope)
        }

        private func requireSame(_ one: Followed) async throws {
            try await one.requireEqual()
            let definitions = (try await one.source.definitions(of: one.database), try await one.target.definitions(of: one.database))
            #expect(definitions.0 == definitions.1)
        }

        @Test(arguments: Integration.kinds)
        func quotesByTheModeOfTheSession(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await followed(kind, in: scope)
                try await one.write(
                    "SET sql_mode = 'ANSI_QUOTES'", #"CREATE TABLE "x ""y""" ("a b" INT PRIMARY KEY, "c\" INT)"#,
                    #"INSERT INTO "x ""y""" VALUES (1, 2)"#, #"ALTER TABLE "x ""y""" ADD "d`e" INT FIRST"#,
                    #"INSERT INTO "x ""y""" VALUES (3, 4, 5)"#)
                try await one.write(
                    "SET sql_mode = 'NO_BACKSLASH_ESCAPES'", #"ALTER TABLE t COMMENT 'a\', ADD b INT FIRST, ADD c INT COMMENT 'c'"#,
                    "INSERT INTO t VALUES (1, 2, 3)")
                try await requireSame(one)
            }
        }

        /// MySQL reads the values of partitions, when it opens a table, in the character set of whoever asks for it.
        @Test(arguments: Integration.kinds)
        func definitionsAreReadUnderNoCharacterSetOfAStatement(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await followed(kind, in: scope)
                try await one.write(
                    "CREATE TABLE p (a VARCHAR(9) CHARACTER SET latin1 PRIMARY KEY) PARTITION BY LIST COLUMNS (a) "
                        + "(PARTITION p0 VALUES IN ('x'), PARTITION p1 VALUES IN ('ö'))", "INSERT INTO p VALUES ('x')")
                try await requireSame(one)
                try await one.target.execute("FLUSH TABLES")
                try await one.write("SELECT a FROM p", "SET NAMES gbk", "ALTER TABLE p ADD v INT COMMENT 'plain'", "SET NAMES utf8mb4",
                    "INSERT INTO p VALUES ('ö', 2)")
                try await one.requireEqual()
                #expect(try await one.onTarget("SELECT SUM(v) FROM p") == ["2"])
            }
        }

        /// The target is asked for its version like the source: what neither executes is not there.
        @Test(arguments: Integration.kinds)
        func commentsOfVersions(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await followed(kind, in: scope)
                try await one.write(
                    "ALTER TABLE /*!99999 u ADD hidden INT, */ t ADD a INT", "INSERT INTO t VALUES (1, 2)",
                    "/*!99999 CREATE USER nobody */ ALTER TABLE t ADD b INT FIRST", "INSERT INTO t VALUES (3, 4, 5)",
                    "CREATE TABLE p (id INT PRIMARY KEY) /*!50100 PARTITION BY HASH (id) PARTITIONS 2 */", "INSERT INTO p VALUES (1), (2)",
                    "ALTER TABLE t ADD c INT DEFAULT (2*/* two */3)", "INSERT INTO t (id) VALUES (9)")
                try await requireSame(one)
            }
        }

        /// Which engine a table has stands in no statement: it is the session's, or the table had it before.
        @Test(arguments: Integration.kinds)
        func foreignKeysThatTheEnginePassesOver(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await followed(kind, in: scope)
                try await one.write(
                    "SET default_storage_engine = MyISAM", "CREATE TABLE c (id INT PRIMARY KEY, p INT, q INT, KEY p (p), FOREIGN KEY (p) REFERENCES t (id))",
                    "INSERT INTO c VALUES (1, 2, 3)")
                #expect(try await one.failure().code == "ddl-unsupported")
                #expect(try await one.failure().message.contains("MyISAM"))
                let replaced = try await one.supervisor.command(
                    "task", "replace-statement", one.task.name, "--sql", "CREATE TABLE c (id INT PRIMARY KEY, p INT, q INT, KEY p (p))")
                #expect(replaced.status == 0)
                try await one.catchUp()
                try await one.write("ALTER TABLE c ADD KEY q (q), ADD FOREIGN KEY (q) REFERENCES t (id)", "INSERT INTO c VALUES (2, 3, 4)")
                #expect(try await one.failure().message.contains("MyISAM"))
                #expect(
                    try await one.supervisor.command(
                        "task", "replace-statement", one.task.name, "--sql", "ALTER TABLE c ADD KEY q (q)"
                    ).status == 0)
                // From here on it is one.
                try await one.write(
                    "INSERT INTO t VALUES (2), (3)", "DELETE FROM u", "ALTER TABLE c ENGINE = InnoDB, ADD FOREIGN KEY (p) REFERENCES t (id)",
                    "INSERT INTO c VALUES (3, 2, 9)")
                try await requireSame(one)
            }
        }

        /// A letter whose second byte is a quote or a backslash can hide what comes behind it.
        @Test(arguments: Integration.kinds)
        func lettersThatHoldQuotes(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let one = try await followed(kind, in: scope)
                try await one.source.withSession { [database = one.database] session in
                    try session.execute("USE `\(database)`")
                    try session.execute("SET NAMES gbk")
                    // To whoever takes it for ASCII, the text ends later, and the column is a part of it.
                    let statement = Array("ALTER TABLE t COMMENT 'a".utf8) + [0x81, 0x5C] + Array("', ADD b INT FIRST, ADD c INT COMMENT 'c'".utf8)
                    _ = try statement.withUnsafeBytes { try session.execute($0) }
                    try session.execute("INSERT INTO t VALUES (1, 2, 3)")
                }
                let failure = try await one.failure()
                #expect(failure.code == "ddl-unsupported" && failure.message.contains("character set"))
                #expect(failure.remedy.contains("replace-statement"))
                // Done to the letter.
                let replaced = try await one.supervisor.command(
                    "task", "replace-statement", one.task.name, "--sql", "ALTER TABLE t ADD b INT FIRST, ADD c INT COMMENT 'c'")
                #expect(replaced.status == 0)
                try await one.write("SET NAMES gbk", "ALTER TABLE u COMMENT 'plain'", "INSERT INTO u VALUES (1)")
                try await one.catchUp()
                #expect(try await one.onTarget("SELECT COUNT(*) FROM u") == ["1"])
            }
        }
    }
}
