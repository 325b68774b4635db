import TestSupport
import Testing

extension Integration {
    /// Sequences of MariaDB look like tables in the log. Each side has its own.
    @Suite struct DDLSequenceTests {
        private static let tables = [
            "CREATE SEQUENCE early", "DO NEXTVAL(early)", "CREATE TABLE first (id BIGINT PRIMARY KEY, v INT)",
            "INSERT INTO first VALUES (NEXTVAL(early), 1)",
        ]

        private func followed(in scope: Scope) async throws -> Followed {
            try await Followed(.mariadb, tables: Self.tables, settings: "sql: [insert, update, delete, ddl]", in: scope)
        }

        @Test func valuesArePassedOver() async throws {
            try await Scope.with { scope in
                let one = try await followed(in: scope)
                try await one.write(
                    "INSERT INTO first VALUES (NEXTVAL(early), 2)", "DO SETVAL(early, 5000)", "CREATE SEQUENCE q START WITH 10 CACHE 2",
                    "DO NEXTVAL(q) + NEXTVAL(q)", "START TRANSACTION", "INSERT INTO first VALUES (NEXTVAL(q), 5)",
                    "UPDATE first SET v = 6 WHERE v = 5", "COMMIT", "ALTER SEQUENCE q INCREMENT BY 5 RESTART 100", "DO NEXTVAL(q)")
                try await one.requireEqual()
                try await one.write(
                    "RENAME TABLE q TO r, first TO second", "INSERT INTO second VALUES (NEXTVAL(r), 7)", "ALTER TABLE r RENAME TO s", "DO NEXTVAL(s)",
                    "CREATE TABLE q (id INT PRIMARY KEY)", "INSERT INTO q VALUES (1)", "CREATE TABLE t LIKE s",
                    "INSERT INTO second VALUES (NEXTVAL(t), 8)",
                    "CREATE OR REPLACE SEQUENCE u", "DO NEXTVAL(u)",
                    // A table of a sequence's shape is one.
                    "CREATE TABLE copied LIKE u", "DROP TABLE copied",
                    "CREATE TABLE copied (next_not_cached_value BIGINT NOT NULL, minimum_value BIGINT NOT NULL, maximum_value BIGINT NOT NULL, "
                        + "start_value BIGINT NOT NULL, increment BIGINT NOT NULL, cache_size BIGINT UNSIGNED NOT NULL, "
                        + "cycle_option TINYINT UNSIGNED NOT NULL, cycle_count BIGINT NOT NULL)",
                    "INSERT INTO copied VALUES (1, 2, 3, 4, 5, 6, 1, 8)",
                    "DROP TABLE t, q, early", "DROP SEQUENCE IF EXISTS s, u", "CREATE TABLE s (id INT PRIMARY KEY)", "INSERT INTO s VALUES (5)")
                try await one.requireEqual()
                let definitions = (try await one.source.definitions(of: one.database), try await one.target.definitions(of: one.database))
                #expect(definitions.0 == definitions.1 && definitions.0.count == 3)
                #expect(try await one.onTarget("SELECT COUNT(*) FROM copied") == ["1"])
                // Statements on sequences alone are told.
                #expect(try await one.supervisor.task(one.task.name).counts.ddlNotCarried == 8)
            }
        }

        @Test func eachSideDrawsFromItsOwn() async throws {
            try await Scope.with { scope in
                let pair = try await ShopPair(.mariadb, .bEmpty, rows: 50, settings: "prevails: a\nddl: a-to-b", in: scope)
                try await pair.a.execute("CREATE SEQUENCE `\(pair.database)`.q", "DO NEXTVAL(`\(pair.database)`.q)")
                try await pair.start()
                try await pair.waitUntilSettled()
                try await pair.b.execute("CREATE SEQUENCE `\(pair.database)`.q START WITH 1000")
                try await pair.a.execute("CREATE TABLE `\(pair.database)`.drawn (id BIGINT PRIMARY KEY, v INT)")
                try await pair.waitUntilSettled()
                for server in [pair.a, pair.b] {
                    try await server.execute(
                        "USE `\(pair.database)`", "INSERT INTO drawn VALUES (NEXTVAL(q), 1)", "DO NEXTVAL(q)", "ALTER SEQUENCE q CACHE 5")
                }
                try await pair.waitUntilSettled()
                try await pair.requireEqual()
                #expect(try await pair.b.value("SELECT COUNT(*) FROM `\(pair.database)`.drawn") == "2")
                try await pair.a.execute("DROP SEQUENCE `\(pair.database)`.q")
                try await pair.waitUntilSettled()
                #expect(try await pair.b.value("SELECT NEXTVAL(`\(pair.database)`.q) > 1000") == "1")
            }
        }

        /// The target has no sequence of that name, or another one.
        @Test(arguments: [
            "CREATE TABLE d (id BIGINT DEFAULT NEXTVAL(early) PRIMARY KEY)", "ALTER TABLE first ADD n BIGINT DEFAULT (NEXT VALUE FOR early)",
            "ALTER TABLE first ALTER v SET DEFAULT (NEXTVAL(early) + 1)",
        ])
        func defaultsAreRefused(statement: String) async throws {
            try await Scope.with { scope in
                let one = try await followed(in: scope)
                try await one.write(statement)
                let failure = try await one.failure()
                #expect(failure.code == "ddl-unsupported" && failure.message.contains("sequence early"))
            }
        }
    }
}
