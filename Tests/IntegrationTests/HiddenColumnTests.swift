import TestSupport
import Testing

extension Integration {
    /// MariaDB keeps the hash of what a unique key over a whole text has in a column that it shows to nobody, and logs it with each row.
    @Suite struct HiddenColumnTests {
        private static let statements = [
            ["ALTER TABLE t ADD UNIQUE KEY whole (c)"], ["CREATE TABLE n (id INT PRIMARY KEY, c TEXT, UNIQUE (c))"],
            // With a column of the source's own by such a name.
            ["CREATE TABLE n (id INT PRIMARY KEY, DB_ROW_HASH_1 INT, c BLOB)", "INSERT INTO n VALUES (1, 2, 'x')", "ALTER TABLE n ADD UNIQUE (c)"],
        ]

        @Test(.enabled(if: Integration.kinds.contains(.mariadb)), arguments: ["FULL", "MINIMAL"])
        func theFirstRowStopsTheTaskByItsReason(metadata: String) async throws {
            try await Scope.with { scope in
                let source = try await TestServer.start(.mariadb, in: scope)
                for (place, statements) in Self.statements.enumerated() {
                    try await Scope.with { scope in
                        try await source.execute("SET GLOBAL binlog_row_metadata = FULL")
                        let one = try await Followed(
                            .mariadb, from: source, tables: ["CREATE TABLE t (id INT PRIMARY KEY, c TEXT)", "INSERT INTO t VALUES (1, 'x')"],
                            settings: "sql: [insert, update, delete, ddl]", in: scope)
                        try await source.execute("SET GLOBAL binlog_row_metadata = \(metadata)")
                        for statement in statements { try await one.write(statement) }
                        try await one.requireEqual()
                        try await one.write(place == 0 ? "INSERT INTO t VALUES (2, 'y')" : "INSERT INTO n (id, c) VALUES (2, 'y')")
                        let failure = try await one.failure()
                        #expect(failure.code == "type-unsupported" && failure.message.contains("hidden column"), "\(metadata) \(failure.message)")
                    }
                }
            }
        }
    }
}
