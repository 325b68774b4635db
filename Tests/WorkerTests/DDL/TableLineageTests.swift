import Testing
import WorkerBinlog
import WorkerDDL
import WorkerSchema

/// What becomes of a table's rows that are still on their way while its definition has changed where they go.
@Suite struct TableLineageTests {
    /// Follows statements on `shop.t (id, a, b)`.
    ///
    /// - Returns: the table's name and its columns, each with the one it was: `d.t: id<id new b<b`; or `gone`, `unclear`.
    private func follow(_ statements: String...) throws -> String {
        let names = ["id", "a", "b"]
        let columns = names.map { name in
            TableDefinition.Column(
                name: name, dataType: "int", columnType: "int", isNullable: true, isUnsigned: false, characterSet: nil,
                collation: nil, isGenerated: false, isOptional: true, isAutoIncrement: false)
        }
        let table = TableName(database: "shop", table: "t")
        var lineage = TableLineage(
            TableDefinition(name: table, engine: "InnoDB", columns: columns, indexes: []), isMariaDB: false)
        for statement in statements {
            let bytes = Array(statement.utf8)
            guard case .ddl(let kind) = bytes.withUnsafeBytes({ StatementKind($0) }) else { throw Trouble(statement) }
            let parsed = try #require(DDLStatement(bytes, kind: kind, sessionDatabase: "shop"))
            lineage.follow(parsed, at: StatementTime(seconds: 1, microseconds: 0, zone: nil))
        }
        switch lineage.fate {
        case .gone: return "gone"
        case .unclear: return "unclear"
        case .table(let after):
            let texts = after.columns.map { column in column.origin.map { "\(column.name)<\(names[$0])" } ?? column.name }
            return "\(after.name): \(texts.joined(separator: " "))"
        }
    }

    /// What comes to be there by a statement had no rows to lose, and those of a table that the source made by itself stay.
    @Test(arguments: [
        "CREATE TABLE t (id INT, a INT, b INT)", "CREATE TABLE t LIKE other", "CREATE TABLE t SELECT 1 AS id", "RENAME TABLE other TO t",
        "ALTER TABLE other RENAME TO t", "CREATE TABLE IF NOT EXISTS t (id INT)",
    ])
    func rowsOfATableThatTheSourceMadeByItselfStay(statement: String) throws {
        #expect(try follow(statement) == "shop.t: id<id a<a b<b")
    }

    @Test func whatTakesThePlaceOfATableTakesItsRows() throws {
        #expect(try follow("CREATE OR REPLACE TABLE t (id INT, a INT, b INT)") == "gone")
        #expect(try follow("DROP TABLE t", "CREATE TABLE t (id INT, a INT, b INT)") == "gone")
    }

    private struct Trouble: Error {
        let statement: String
        init(_ statement: String) { self.statement = statement }
    }

    @Test func columnsAreFollowedByWhatTheyWere() throws {
        #expect(try follow("ALTER TABLE t RENAME COLUMN a TO c") == "shop.t: id<id c<a b<b")
        #expect(try follow("ALTER TABLE t RENAME COLUMN a TO b, RENAME COLUMN b TO a") == "shop.t: id<id b<a a<b")
        #expect(try follow("ALTER TABLE t CHANGE a x BIGINT AFTER b, ADD COLUMN n INT FIRST") == "shop.t: n id<id b<b x<a")
        #expect(try follow("ALTER TABLE t DROP COLUMN a", "ALTER TABLE t ADD COLUMN a INT") == "shop.t: id<id b<b a")
        #expect(try follow("ALTER TABLE t ADD c INT", "ALTER TABLE t RENAME COLUMN c TO d, MODIFY a BIGINT") == "shop.t: id<id a<a b<b d")
        #expect(try follow("ALTER TABLE t ADD e DATETIME(3) DEFAULT (NOW(3))") == "shop.t: id<id a<a b<b e")
        #expect(try follow("ALTER TABLE t MODIFY a BIGINT FIRST") == "shop.t: a<a id<id b<b")
        #expect(try follow("CREATE INDEX i ON t (a)", "ALTER TABLE t ENGINE = InnoDB") == "shop.t: id<id a<a b<b")
    }

    @Test func tablesAreFollowedByTheirRows() throws {
        #expect(try follow("RENAME TABLE t TO u") == "shop.u: id<id a<a b<b")
        #expect(try follow("RENAME TABLE t TO x, u TO t, x TO u") == "shop.u: id<id a<a b<b")
        #expect(try follow("ALTER TABLE t RENAME TO u, DROP COLUMN a") == "shop.u: id<id b<b")
        #expect(try follow("RENAME TABLE t TO u", "CREATE TABLE t (id INT)", "ALTER TABLE u DROP COLUMN b") == "shop.u: id<id a<a")
        #expect(try follow("CREATE TABLE u LIKE t", "DROP TABLE u") == "shop.t: id<id a<a b<b")
        #expect(try follow("CREATE TABLE u LIKE t", "DROP TABLE t", "RENAME TABLE u TO t") == "gone")
    }

    @Test func rowsOfTablesThatWentAreGone() throws {
        #expect(try follow("TRUNCATE TABLE t") == "gone")
        #expect(try follow("DROP TABLE other, t") == "gone")
        #expect(try follow("DROP TABLE t", "CREATE TABLE t (id INT, a INT, b INT)") == "gone")
        #expect(try follow("CREATE OR REPLACE TABLE t (id INT, a INT, b INT)") == "gone")
        #expect(try follow("DROP DATABASE shop") == "gone")
    }

    @Test func whatCannotBeToldIsSaid() throws {
        #expect(try follow("ALTER TABLE t DROP PARTITION p1") == "unclear")
        #expect(try follow("ALTER TABLE t TRUNCATE PARTITION p1") == "unclear")
        #expect(try follow("ALTER TABLE t ADD c INT NOT NULL DEFAULT 7", "ALTER TABLE t ALTER c DROP DEFAULT") == "unclear")
        #expect(try follow("ALTER TABLE t ADD c INT", "ALTER TABLE t MODIFY C BIGINT") == "unclear")
        #expect(try follow("ALTER TABLE t ADD e DATETIME DEFAULT (NOW() + INTERVAL 30 DAY)") == "unclear")
        #expect(try follow("ALTER TABLE t MODIFY a SOMETHING_NEW(3)") == "unclear")
        #expect(try follow("ALTER TABLE t RENAME TO u, MODIFY a SOMETHING_NEW(3)") == "unclear")
    }

    @Test func otherTablesDoNotMatter() throws {
        #expect(try follow("TRUNCATE TABLE u", "ALTER TABLE u DROP COLUMN a", "DROP DATABASE other") == "shop.t: id<id a<a b<b")
        #expect(try follow("CREATE TABLE u (id INT, FOREIGN KEY (id) REFERENCES t (id))") == "shop.t: id<id a<a b<b")
    }
}
