import Testing
import WorkerBinlog
import WorkerDDL
import WorkerSchema

/// What becomes of a table's rows that are still on their way while its definition has changed where they go.
@Suite struct TableLineageTests {
    /// Follows statements on `shop.t (id, a, b)`.
    ///
    /// - Returns: the table's name, what has become of its columns, and those it has got: `d.t: id>id a> b>c new`; or `gone`, `unclear`. A
    ///   column that is filled with the statement's time is marked by `@`.
    private func follow(_ statements: String...) throws -> String {
        let names = ["id", "a", "b"]
        var lineage = TableLineage(TableName(database: "shop", table: "t"), columns: names)
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
            let old = zip(after.columns, names).map { new, old in "\(old)>\(new ?? "")" }
            return "\(after.name): \((old + after.added.map { $0.filledAt == nil ? $0.name : "\($0.name)@" }).joined(separator: " "))"
        }
    }

    /// What comes to be there by a statement had no rows to lose, and those of a table that the source made by itself stay.
    @Test(arguments: [
        "CREATE TABLE t (id INT, a INT, b INT)", "CREATE TABLE t LIKE other", "CREATE TABLE t SELECT 1 AS id", "RENAME TABLE other TO t",
        "ALTER TABLE other RENAME TO t", "CREATE TABLE IF NOT EXISTS t (id INT)",
    ])
    func rowsOfATableThatTheSourceMadeByItselfStay(statement: String) throws {
        #expect(try follow(statement) == "shop.t: id>id a>a b>b")
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
        #expect(try follow("ALTER TABLE t RENAME COLUMN a TO c") == "shop.t: id>id a>c b>b")
        #expect(try follow("ALTER TABLE t RENAME COLUMN a TO b, RENAME COLUMN b TO a") == "shop.t: id>id a>b b>a")
        #expect(try follow("ALTER TABLE t CHANGE a x BIGINT AFTER b, ADD COLUMN n INT FIRST") == "shop.t: id>id a>x b>b n")
        #expect(try follow("ALTER TABLE t DROP COLUMN a", "ALTER TABLE t ADD COLUMN a INT") == "shop.t: id>id a> b>b a")
        #expect(try follow("ALTER TABLE t ADD c INT", "ALTER TABLE t RENAME COLUMN c TO d, MODIFY a BIGINT") == "shop.t: id>id a>a b>b d")
        #expect(try follow("ALTER TABLE t ADD e DATETIME(3) DEFAULT (NOW(3))") == "shop.t: id>id a>a b>b e@")
        #expect(try follow("ALTER TABLE t MODIFY a BIGINT FIRST") == "shop.t: id>id a>a b>b")
        #expect(try follow("CREATE INDEX i ON t (a)", "ALTER TABLE t ENGINE = InnoDB") == "shop.t: id>id a>a b>b")
    }

    /// What a column is need not be understood; which one it is must.
    @Test func keywordsAreNames() throws {
        #expect(try follow("ALTER TABLE t CHANGE COLUMN `b` `first` FANTASY(3) AFTER id, MODIFY a SOMETHING_NEW(3)") == "shop.t: id>id a>a b>first")
        #expect(try follow("ALTER TABLE t DROP `a`, ADD `check` INT, ADD COLUMN key1 INT, ADD KEY (b)") == "shop.t: id>id a> b>b check key1")
        #expect(try follow("ALTER TABLE t ADD t.c INT FIRST, MODIFY shop.t.a INT, CHANGE t.b t.d INT") == "shop.t: id>id a>a b>d c")
        #expect(try follow("ALTER TABLE t ADD a INT FIRST, DROP a") == "shop.t: id>id a> b>b a")
        #expect(try follow("ALTER TABLE t ADD a INT FIRST, RENAME COLUMN a TO x") == "shop.t: id>id a>x b>b a")
        #expect(try follow("ALTER TABLE t ADD (x INT, y INT), ADD COLUMN IF NOT EXISTS A INT") == "shop.t: id>id a>a b>b x y")
        #expect(try follow("ALTER TABLE t RENAME COLUMN IF EXISTS nope TO x, DROP COLUMN IF EXISTS nope") == "shop.t: id>id a>a b>b")
        #expect(try follow("ALTER TABLE t DROP PRIMARY KEY, DROP KEY i, DROP CONSTRAINT c, RENAME KEY a TO c") == "shop.t: id>id a>a b>b")
    }

    @Test func tablesAreFollowedByTheirRows() throws {
        #expect(try follow("RENAME TABLE t TO u") == "shop.u: id>id a>a b>b")
        #expect(try follow("RENAME TABLE t TO x, u TO t, x TO u") == "shop.u: id>id a>a b>b")
        #expect(try follow("ALTER TABLE t RENAME TO u, DROP COLUMN a") == "shop.u: id>id a> b>b")
        #expect(try follow("RENAME TABLE t TO u", "CREATE TABLE t (id INT)", "ALTER TABLE u DROP COLUMN b") == "shop.u: id>id a>a b>")
        #expect(try follow("CREATE TABLE u LIKE t", "DROP TABLE u") == "shop.t: id>id a>a b>b")
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
    }

    @Test func otherTablesDoNotMatter() throws {
        #expect(try follow("TRUNCATE TABLE u", "ALTER TABLE u DROP COLUMN a", "DROP DATABASE other") == "shop.t: id>id a>a b>b")
        #expect(try follow("CREATE TABLE u (id INT, FOREIGN KEY (id) REFERENCES t (id))") == "shop.t: id>id a>a b>b")
    }
}
