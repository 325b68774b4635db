import SyncModel
import Testing
import WorkerDDL
import WorkerSchema

/// Definition statements on tables of which some columns are synced, or by other names.
@Suite struct ChosenColumnsTests {
    private static let objects = ObjectMap([
        ObjectSelection(
            database: "shop",
            tables: [
                TableSelection(name: "some", columns: ["id"]), TableSelection(name: "named", rename: ["old": "new"]), TableSelection(name: "whole"),
            ])
    ])

    @Test(arguments: [
        "TRUNCATE some", "DROP TABLE some, named", "ALTER TABLE named ADD COLUMN a INT", "CREATE INDEX i ON named (a)",
        "ALTER TABLE named COMMENT = 'old'", "ALTER TABLE whole ADD COLUMN old INT", "ALTER TABLE whole ADD FOREIGN KEY (a) REFERENCES named (id)",
    ])
    func whatMeansTheSameIsCarriedOver(_ text: String) throws {
        let statement = try #require(SchemaHistoryTests.parsed(text, "shop"))
        #expect(try MappedStatement(statement, objects: Self.objects) != nil)
    }

    @Test(arguments: [
        "ALTER TABLE some ADD COLUMN a INT", "CREATE TABLE some (id INT)", "CREATE TABLE named (id INT)", "ALTER TABLE named DROP COLUMN OLD",
        "CREATE INDEX i ON named (`old`)", "ALTER TABLE named ADD COLUMN `new` INT", "ALTER TABLE whole ADD FOREIGN KEY (a) REFERENCES some (id)",
        "ALTER TABLE whole ADD FOREIGN KEY (a) REFERENCES named (old)", "CREATE TABLE whole LIKE some", "CREATE INDEX i ON some (id)",
    ])
    func othersAreRefused(_ text: String) throws {
        let statement = try #require(SchemaHistoryTests.parsed(text, "shop"))
        #expect(throws: MappedStatement.Refusal.self) { try MappedStatement(statement, objects: Self.objects) }
    }

    @Test(arguments: [
        ("ALTER TABLE t MODIFY COLUMN Kind BIGINT", "column kind"), ("ALTER TABLE t ADD a INT, CHANGE b kind INT", "column kind"),
        ("ALTER TABLE t CHANGE COLUMN `kind` b INT", "column kind"), ("ALTER TABLE t RENAME COLUMN a TO kind", "column kind"),
        ("ALTER TABLE t DROP COLUMN IF EXISTS kind", "column kind"), ("ALTER TABLE t DROP kind", "column kind"),
        ("ALTER TABLE t ADD (a INT, kind INT)", "column kind"), ("ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4", "the character set"),
        ("ALTER TABLE t ADD a INT AFTER kind, ADD KEY kind (kind), DROP KEY kind, ALTER kind SET DEFAULT 5", nil),
        ("ALTER TABLE t MODIFY a INT AFTER kind, RENAME TO kind", nil), ("TRUNCATE t", nil), ("CREATE INDEX kind ON t (kind)", nil),
        ("ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (kind), ADD CONSTRAINT c CHECK (kind > 1)", nil),
    ])
    func columnsOfAFilterThatChange(_ text: String, _ found: String?) throws {
        let statement = try #require(SchemaHistoryTests.parsed(text, "shop"))
        #expect(statement.redefined(["kind"]) == found)
    }
}
