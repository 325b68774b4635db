import SyncModel
import Testing
import WorkerBinlog
import WorkerDDL
import WorkerSchema

/// What is known of tables behind statements: nothing is concluded from their texts but names of tables.
@Suite struct SchemaHistoryTests {
    private static func table(_ name: String, columns: String...) -> TableDefinition {
        TableDefinition(
            name: TableName(database: "d", table: name), engine: "InnoDB",
            columns: columns.map { column in
                TableDefinition.Column(
                    name: column, dataType: "int", columnType: "int", isNullable: true, isUnsigned: false, characterSet: nil, collation: nil,
                    isGenerated: false, isOptional: true, isAutoIncrement: false)
            }, indexes: [])
    }

    /// Follows statements on `d.t (a, b)` and `d.u (x)`, executed by connection 7.
    ///
    /// - Returns: what is known then: `t(a b) u(x)`; a table that is not clear as `t?`.
    private static func follow(_ statements: String..., then: (SchemaHistory) -> Void = { _ in }) throws -> String {
        let known = [table("t", columns: "a", "b"), table("u", columns: "x")]
        let history = SchemaHistory(Dictionary(uniqueKeysWithValues: known.map { ($0.name, $0) }), databases: ["d"])
        for text in statements { _ = history.follow(try #require(parsed(text, "d")), by: 7) }
        then(history)
        return ["t", "u", "v", "x"].compactMap { name in
            switch history.definition(of: TableName(database: "d", table: name)) {
            case .known(let definition): "\(definition.name.table)(\(definition.columns.map(\.name).joined(separator: " ")))"
            case .unclear: "\(name)?"
            case .unknown: nil
            }
        }.joined(separator: " ")
    }

    static func parsed(_ text: String, _ database: String) -> DDLStatement? {
        let bytes = Array(text.utf8)
        guard case .ddl(let kind) = bytes.withUnsafeBytes({ StatementKind($0) }) else { return nil }
        return DDLStatement(bytes, kind: kind, sessionDatabase: database)
    }

    @Test(arguments: [
        "ALTER TABLE t ADD c INT", "ALTER TABLE t ADD INDEX (a), ADD c INT", "ALTER TABLE t ADD `key` INT", "ALTER TABLE t ADD vector VECTOR(3)",
        "ALTER TABLE t ENGINE = InnoDB CONVERT TO CHARACTER SET latin1", "ALTER TABLE t DROP a", "ALTER TABLE t ADD PRIMARY KEY (a)", "ALTER TABLE t MODIFY b INT FIRST",
        "CREATE OR REPLACE TABLE t (a INT)",
    ])
    func whatMayHaveChangedColumnsMakesTheTableUnclear(statement: String) throws {
        #expect(try Self.follow(statement) == "t? u(x)")
    }

    @Test func whatCannotChangeColumnsChangesNothing() throws {
        #expect(
            try Self.follow(
                "CREATE INDEX i ON t (a)", "TRUNCATE t", "CREATE VIEW w AS SELECT 1", "CREATE TABLE IF NOT EXISTS t (other INT)",
                "ALTER TABLE other.t ADD c INT", "ALTER TABLE t ADD INDEX (a), ADD UNIQUE KEY k (a, b), ADD FULLTEXT KEY (a)",
                "ALTER TABLE t COMMENT = 'x'", "ALTER TABLE t DISABLE KEYS", "ALTER TABLE t ADD PARTITION (PARTITION p VALUES LESS THAN (5))",
                "ALTER TABLE t DROP PARTITION p, ALGORITHM = INPLACE", "ALTER TABLE t DROP INDEX a, DROP FOREIGN KEY f, RENAME KEY x TO y")
                == "t(a b) u(x)")
    }

    @Test func tablesAreFollowedByTheirNames() throws {
        #expect(try Self.follow("CREATE TABLE v (a INT)") == "t(a b) u(x) v?")
        #expect(try Self.follow("CREATE TABLE v LIKE t") == "t(a b) u(x) v?")
        #expect(try Self.follow("DROP TABLE t, nowhere") == "u(x)")
        #expect(try Self.follow("DROP DATABASE d") == "")
        #expect(try Self.follow("RENAME TABLE t TO v") == "u(x) v(a b)")
        #expect(try Self.follow("RENAME TABLE t TO x, u TO t, x TO u") == "t(x) u(a b)")
        #expect(try Self.follow("ALTER TABLE t RENAME TO v") == "u(x) v(a b)")
        #expect(try Self.follow("ALTER TABLE t RENAME TO v, ADD c INT") == "u(x) v?")
        #expect(try Self.follow("ALTER TABLE t ADD c INT", "RENAME TABLE t TO v") == "u(x) v?")
        #expect(try Self.follow("ALTER TABLE t ADD c INT", "DROP TABLE t") == "u(x)")
    }

    /// The note of a task tells what its own statement has made, and nothing of what came behind it.
    @Test func notesAreTakenForTheStatementThatTheyAreAbout() throws {
        let after = Self.table("t", columns: "b", "c")
        func learned(by connection: UInt32) -> (SchemaHistory) -> Void { { _ = $0.learn([after], by: connection) } }
        #expect(try Self.follow("ALTER TABLE t ADD c INT", then: learned(by: 7)) == "t(b c) u(x)")
        #expect(try Self.follow("ALTER TABLE t ADD c INT", then: learned(by: 8)) == "t? u(x)")
        #expect(try Self.follow("ALTER TABLE u ADD c INT", then: learned(by: 7)) == "t(a b) u?")
        #expect(try Self.follow("DROP TABLE t", then: learned(by: 7)) == "u(x)")
    }

    /// After a restart it is not known who has made a table unclear; then whoever has a statement open has.
    @Test func afterARestartNotesOfOpenStatementsAreTaken() {
        let after = Self.table("t", columns: "b", "c")
        let open = OpenStatement(connection: 7, origins: "o", end: .init())
        for (open, isTaken) in [([:], false), (["task": open], true)] {
            let history = SchemaHistory([after.name: nil], openStatements: open, databases: ["d"])
            #expect(history.learn([after], by: 7).isEmpty != isTaken)
        }
    }
}
