import Testing
import WorkerDDL
import WorkerSchema

/// A statement that the operator gives in place of one of the source.
@Suite struct ReplacementTests {
    @Test(arguments: [
        ("ALTER TABLE t ADD c INT ;\n; -- done", "ALTER TABLE t ADD c INT ", "store.t"),
        (
            "create table `x`.`y;z` (id int, s varchar(9) default ';') partition by list (id) (partition p values in (1))",
            "create table `x`.`y;z` (id int, s varchar(9) default ';') partition by list (id) (partition p values in (1))",
            "x.y;z"
        ),
        ("RENAME TABLE a TO b", "RENAME TABLE a TO b", "store.a store.b"),
        ("DROP VIEW v, x.w", "DROP VIEW v, x.w", "store.v x.w"),
        ("CREATE TABLE a LIKE x.b", "CREATE TABLE a LIKE x.b", "store.a"),
        ("TRUNCATE x.t", "TRUNCATE x.t", "x.t"),
        ("CREATE VIEW v AS SELECT 1", "CREATE VIEW v AS SELECT 1", "store.v"),
    ])
    func itIsExecutedAsItIs(text: String, executed: String, tables: String) throws {
        let statement = try MappedStatement(replacement: text, database: "store")
        #expect(statement.text == executed)
        #expect(statement.tables.map(\.description).joined(separator: " ") == tables)
        #expect(statement.database == "store")
    }

    @Test func aDatabase() throws {
        #expect(
            try MappedStatement(replacement: "ALTER DATABASE x CHARACTER SET utf8mb4", database: nil).changedDatabase
                == "x"
        )
    }

    /// What could be done twice after a crash, or by mistake.
    @Test(arguments: [
        "", ";", "ALTER TABLE t ADD c INT; DROP TABLE t", "UPDATE t SET a = 1", "INSERT INTO t VALUES (1)", "SELECT 1",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1", "CREATE TEMPORARY TABLE t (a INT)",
        "CREATE USER u",
        "CREATE TABLE t SELECT * FROM u", "CREATE TABLE t (a INT) AS TABLE u", "CREATE TABLE t VALUES ROW(1)",
        "ALTER TABLE p EXCHANGE PARTITION a WITH TABLE t", "DROP TABLE t, `__dts__`.progress", "DROP DATABASE __dts__",
        "BEGIN", "COMMIT", "SET GLOBAL read_only = 1", "CALL p()",
    ])
    func whatCannotBeExecutedOnceIsRefused(text: String) {
        #expect(throws: MappedStatement.Refusal.self) { try MappedStatement(replacement: text, database: "store") }
    }

    @Test func namesNeedADatabase() throws {
        #expect(throws: MappedStatement.Refusal.self) {
            try MappedStatement(replacement: "DROP TABLE t", database: nil)
        }
        #expect(throws: MappedStatement.Refusal.self) {
            try MappedStatement(replacement: "ALTER DATABASE CHARACTER SET utf8", database: nil)
        }
        #expect(try MappedStatement(replacement: "DROP TABLE x.t", database: nil).tables.count == 1)
    }

    @Test func aStatementIsNamedByItsPlaceAndItsText() {
        func id(_ place: String, _ text: String) -> String {
            Array(text.utf8).withUnsafeBytes { StatementID(place: place, statement: $0).description }
        }
        #expect(id("binlog.000001:4", "DROP TABLE t") != id("binlog.000001:4", "DROP TABLE u"))
        #expect(id("binlog.000001:4", "DROP TABLE t") != id("binlog.000001:5", "DROP TABLE t"))
    }
}
