import SyncMySQL
import TestSupport
import Testing

extension Integration {
    /// Sessions of the source whose binlog settings are others than the server's, which nobody can verify beforehand:
    /// what they write arrives right or stops the task.
    @Suite struct SessionSettingsTests {
        static let tables = [
            "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20), amount INT, note BLOB)",
            "INSERT INTO t VALUES (1, 'one', 10, 'x'), (2, 'two', 20, 'y'), (3, 'three', 30, 'z')",
        ]

        @Test(arguments: Integration.kinds, ["MINIMAL", "NOBLOB"])
        func incompleteImagesStop(kind: ServerKind, image: String) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(kind, tables: Self.tables, in: scope)
                try await followed.write("UPDATE t SET amount = 11 WHERE id = 1")
                try await followed.write("SET binlog_row_image = \(image)", "UPDATE t SET amount = 21 WHERE id = 2")
                try await followed.write("UPDATE t SET amount = 31 WHERE id = 3")
                #expect(try await followed.failure().code == "binlog-format")
                #expect(try await followed.onTarget("SELECT amount FROM t ORDER BY id") == ["11", "20", "30"])
            }
        }

        /// In the middle of a transaction: nothing of it may be there.
        @Test(arguments: Integration.kinds)
        func statementsStop(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(kind, tables: Self.tables, in: scope)
                try await followed.write("UPDATE t SET amount = 11 WHERE id = 1")
                try await followed.write(
                    "BEGIN",
                    "UPDATE t SET amount = 12 WHERE id = 1",
                    "COMMIT",
                    "SET binlog_format = STATEMENT",
                    "UPDATE t SET amount = amount + 1 WHERE id > 1"
                )
                #expect(try await followed.failure().code == "statement-format")
                #expect(try await followed.onTarget("SELECT amount FROM t ORDER BY id") == ["12", "20", "30"])
            }
        }

        /// Named with its database from a session that uses another one.
        @Test(arguments: Integration.kinds)
        func statementsFromElsewhereStop(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(kind, tables: Self.tables, in: scope)
                try await followed.source.execute(
                    "USE mysql",
                    "SET binlog_format = STATEMENT",
                    "DELETE FROM `\(followed.database)`.t WHERE id = 2"
                )
                #expect(try await followed.failure().code == "statement-format")
                #expect(try await followed.onTarget("SELECT id FROM t ORDER BY id") == ["1", "2", "3"])
            }
        }

        @Test func differencesOfDocumentsAreApplied() async throws {
            guard Integration.kinds.contains(.mysql) else { return }
            try await Scope.with { scope in
                let followed = try await Followed(
                    .mysql,
                    tables: [
                        "CREATE TABLE j (id INT PRIMARY KEY, doc JSON, other JSON)",
                        """
                        INSERT INTO j VALUES (1, JSON_OBJECT('a', 'long enough to be worth it', 'b', JSON_ARRAY(1, 2, 3)), '[1,2]'),
                            (2, JSON_OBJECT('a', 1.5e0), NULL)
                        """,
                    ],
                    in: scope
                )
                try await followed.write(
                    "SET binlog_row_value_options = PARTIAL_JSON",
                    "UPDATE j SET doc = JSON_SET(doc, '$.a', 'short') WHERE id = 1"
                )
                try await followed.requireEqual()
                #expect(try await followed.onTarget("SELECT doc->>'$.a' FROM j WHERE id = 1") == ["short"])
                // Together with incomplete images there is no document that the differences could be applied to.
                try await followed.write(
                    "SET binlog_row_value_options = PARTIAL_JSON, binlog_row_image = MINIMAL",
                    "UPDATE j SET doc = JSON_SET(doc, '$.b[0]', 'one') WHERE id = 1"
                )
                #expect(try await followed.failure().code == "binlog-format")
            }
        }
    }
}
