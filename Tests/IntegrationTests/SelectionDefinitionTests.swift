import TestSupport
import Testing

extension Integration {
    /// Definition statements on tables of which some rows and columns are synced.
    @Suite struct SelectionDefinitionTests {
        /// What a foreign key changes is not in MariaDB's log: the target would have to do it again, and has other rows.
        @Test(arguments: Set(Integration.kinds).intersection([.mariadb]))
        func unseenForeignKeysThatComeLater(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(
                    kind, tables: ["CREATE TABLE t (id INT PRIMARY KEY, kind INT)", "CREATE TABLE child (id INT PRIMARY KEY, t INT)"],
                    only: "[{name: t, where: kind = 1}, child]", settings: "sql: [insert, update, delete, ddl]", in: scope)
                try await followed.write("ALTER TABLE child ADD FOREIGN KEY (t) REFERENCES t (id) ON DELETE CASCADE")
                let failure = try await followed.failure()
                #expect(failure.code == "ddl-unsupported" && failure.message.contains("only some rows"), "\(failure.message)")
            }
        }

        /// Who knows that no row comes into the filter by a statement lets the task go on.
        @Test(arguments: Integration.kinds)
        func theOperatorDecidesAboutAStatement(kind: ServerKind) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(
                    kind, tables: ["CREATE TABLE t (id INT PRIMARY KEY, kind INT)", "INSERT INTO t VALUES (1, 1), (2, 2)"],
                    only: "[{name: t, where: kind = 1}]", in: scope)
                try await followed.write("ALTER TABLE t MODIFY kind BIGINT", "INSERT INTO t VALUES (3, 1), (4, 5000000000)", "UPDATE t SET kind = 1 WHERE id = 4")
                #expect(try await followed.failure().code == "schema-mismatch")
                try await followed.supervisor.run("task", "replace-statement", followed.task.name, "--sql", "ALTER TABLE t MODIFY kind BIGINT")
                try await followed.catchUp()
                #expect(try await followed.onTarget("SELECT * FROM t ORDER BY id") == ["1 1", "3 1", "4 1"])
            }
        }

        /// A statement that moves rows into the filter or out of it without a trace in the log stops the task; one that does
        /// not concern the filter is carried over.
        @Test(
            arguments: Integration.kinds,
            [
                ("ALTER TABLE t MODIFY kind VARCHAR(20)", "schema-mismatch"), ("ALTER TABLE t DROP COLUMN kind", "schema-mismatch"),
                ("ALTER TABLE t RENAME COLUMN kind TO sort", "schema-mismatch"), ("ALTER TABLE t CONVERT TO CHARACTER SET latin1", "schema-mismatch"),
                ("ALTER TABLE t DROP COLUMN kind, ADD COLUMN kind INT DEFAULT 1", "schema-mismatch"), ("ALTER TABLE u ADD COLUMN c INT", "ddl-unsupported"),
                ("ALTER TABLE r ADD KEY (old)", "ddl-unsupported"), ("CREATE OR REPLACE VIEW w AS SELECT * FROM r", "ddl-unsupported"),
                ("RENAME TABLE t TO swapped, plain TO t, swapped TO plain", "ddl-unsupported"),
            ])
        func definitionsStopTheTask(kind: ServerKind, statement: (String, String)) async throws {
            try await Scope.with { scope in
                let followed = try await Followed(
                    kind,
                    tables: [
                        "CREATE TABLE t (id INT PRIMARY KEY, kind INT, v INT)", "CREATE TABLE u (id INT PRIMARY KEY, a INT, b INT)",
                        "CREATE TABLE r (id INT PRIMARY KEY, old INT)", "CREATE TABLE plain (id INT PRIMARY KEY, kind INT, v INT)", "CREATE VIEW w AS SELECT * FROM plain",
                    ],
                    only: "[{name: t, where: kind = 1}, {name: u, columns: [id, a]}, {name: r, rename: {old: new}}, plain], views: [w]",
                    settings: "sql: [insert, update, delete, ddl]", in: scope)
                try await followed.write(
                    "ALTER TABLE t ADD COLUMN w INT AFTER kind, ADD KEY (kind)", "ALTER TABLE r ADD COLUMN x INT", "INSERT INTO t VALUES (1, 1, 2, 3), (2, 2, 2, 3)",
                    "TRUNCATE TABLE u", "INSERT INTO r VALUES (1, 2, 3)")
                try await followed.catchUp()
                #expect(try await followed.onTarget("SELECT * FROM t") == ["1 1 2 3"])
                #expect(try await followed.onTarget("SELECT id, new, x FROM r") == ["1 2 3"])
                try await followed.write(statement.0)
                let failure = try await followed.failure()
                #expect(failure.code == statement.1, "\(failure.message)")
                #expect(!failure.remedy.isEmpty)
            }
        }
    }
}
