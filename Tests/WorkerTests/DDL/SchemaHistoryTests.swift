import SyncMySQL
import Testing
import WorkerBinlog
import WorkerDDL
import WorkerSchema

/// The history of a table's columns is what a real server makes of the same statements.
@Suite struct SchemaHistoryTests {
    static let statements = [
        "CREATE TABLE t (id INT UNSIGNED NOT NULL AUTO_INCREMENT, a VARCHAR(20), PRIMARY KEY (id), KEY by_a (a))",
        "ALTER TABLE t ADD b BIGINT, ADD COLUMN c SMALLINT UNSIGNED ZEROFILL FIRST, ADD d DECIMAL(10, 2) UNSIGNED AFTER id",
        "ALTER TABLE t ADD COLUMN (e INTEGER(5), f DEC(5), g NUMERIC(4, 1), h BOOL NOT NULL DEFAULT TRUE)",
        "ALTER TABLE t ADD i DOUBLE PRECISION, ADD j REAL, ADD k FLOAT(30), ADD l FLOAT(20), ADD m FLOAT(7, 3)",
        "ALTER TABLE t ADD n CHAR(3) CHARACTER SET latin1, ADD o CHAR(3) CHARSET utf8mb4 COLLATE utf8mb4_bin, ADD p NCHAR(2)",
        "ALTER TABLE t ADD q NATIONAL VARCHAR(5), ADD r CHARACTER VARYING(7), ADD s VARCHAR(9) BINARY, ADD u CHAR(4) BYTE",
        "ALTER TABLE t ADD v TEXT, ADD w MEDIUMTEXT CHARACTER SET utf8mb4, ADD x LONG VARCHAR, ADD y LONG VARBINARY",
        "ALTER TABLE t ADD z VARCHAR(10) CHARACTER SET binary, ADD aa TEXT CHARACTER SET binary, ADD ab VARBINARY(8)",
        "ALTER TABLE t ADD ac ENUM('a', 'it''s', 'x,y', '(z)') DEFAULT 'a', ADD ad SET('p', 'q') CHARACTER SET latin1 NOT NULL",
        "ALTER TABLE t ADD ae BIT, ADD af BIT(40), ADD ag YEAR, ADD ah DATE, ADD ai TIME(3), ADD aj DATETIME(6), ADD ak TIMESTAMP NULL",
        "ALTER TABLE t ADD al TIMESTAMP(2) DEFAULT CURRENT_TIMESTAMP(2) ON UPDATE CURRENT_TIMESTAMP(2), ADD am JSON",
        "ALTER TABLE t ADD an INT AS (e + 1) STORED, ADD ao VARCHAR(60) GENERATED ALWAYS AS (CONCAT(a, ',', 'x')) VIRTUAL AFTER a",
        "ALTER TABLE t ADD ap INT DEFAULT 5 COMMENT 'it''s, AFTER b', ADD aq VARCHAR(20) DEFAULT 'FIRST' CHECK (aq <> 'unsigned')",
        "ALTER TABLE t ADD INDEX (b), ADD UNIQUE KEY by_d (d), ADD CONSTRAINT positive CHECK (ap > 0), ADD FULLTEXT (v)",
        "ALTER TABLE t DROP INDEX by_a, DROP COLUMN c, DROP f, DROP CONSTRAINT positive",
        "ALTER TABLE t RENAME COLUMN g TO h, RENAME COLUMN h TO g",
        "ALTER TABLE t CHANGE COLUMN i ii INT UNSIGNED FIRST, MODIFY j TINYINT AFTER ii, CHANGE b B BIGINT UNSIGNED",
        "ALTER TABLE t MODIFY COLUMN n VARCHAR(30) NOT NULL DEFAULT '' AFTER o, ALTER COLUMN ap SET DEFAULT 6, COMMENT = 'DROP a'",
        "/* a comment */ ALTER TABLE `t` /*!50000 ADD COLUMN */ `odd ``name` INT, ADD `select` VARCHAR(3), ADD `key` INT",
        "ALTER TABLE t DROP COLUMN `key`, DROP `select`, ENGINE = InnoDB",
        "ALTER TABLE t DEFAULT CHARACTER SET latin1",
        "ALTER TABLE t ADD ar VARCHAR(5), ADD `as` CHAR(1) CHARACTER SET utf8mb4",
        "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "ALTER TABLE t ADD at_last INT, RENAME TO u",
        "CREATE TABLE t LIKE u",
        "ALTER TABLE t DROP COLUMN a, DROP COLUMN ao",
        "RENAME TABLE t TO x, u TO t, x TO u",
        "ALTER TABLE u ADD only_u INT",
        "CREATE TABLE IF NOT EXISTS u (other INT)",
        "DROP TABLE t",
        "CREATE TABLE t (`primary` INT, v VARCHAR(10) NOT NULL) DEFAULT CHARSET = latin1 COLLATE = latin1_bin COMMENT = 'CHARSET utf8'",
        "CREATE TABLE w (a INT PRIMARY KEY, b POINT, c GEOMETRY NOT NULL, d GEOMETRYCOLLECTION, period INT)",
        "CREATE TABLE v (a INT PRIMARY KEY, period INT) PARTITION BY HASH (a) PARTITIONS 2",
        "ALTER TABLE v ADD COLUMN e TEXT(100), ADD f TEXT(70000), ADD g BLOB(10), ADD h INT1, ADD i INT8 UNSIGNED, ADD j MIDDLEINT",
        "ALTER TABLE v ADD PARTITION PARTITIONS 1",
        "ALTER TABLE v REMOVE PARTITIONING",
        "ALTER TABLE v ADD k FIXED(6, 2) FIRST",
    ]

    /// What the row image depends on.
    private static func essence(_ definition: TableDefinition) -> [String] {
        definition.columns.map { column in
            let blob = ["tinyblob", "blob", "mediumblob", "longblob"]
            let text = ["tinytext", "text", "mediumtext", "longtext"]
            // All sizes of a kind are logged alike.
            let type = blob.contains(column.dataType) ? "blob" : text.contains(column.dataType) ? "text" : column.dataType
            let members = ["enum", "set"].contains(type) ? column.columnType : ""
            let folded = type == "geomcollection" ? "geometrycollection" : type
            return
                "\(column.name) \(folded) \(members) unsigned=\(column.isUnsigned) \(column.characterSet ?? "-") generated=\(column.isGenerated)"
        }
    }

    @Test(arguments: [TestServer.mysqlA, .mariaDBA])
    func followsAServer(server: TestServer) async throws {
        try await blocking {
            let database = "history_\(server.isMariaDB ? "mariadb" : "mysql")"
            let session = try Session(try server.options())
            try session.execute("SET NAMES utf8mb4")
            try session.execute("DROP DATABASE IF EXISTS \(database)")
            try session.execute("CREATE DATABASE \(database) CHARACTER SET utf8mb4")
            defer { _ = try? session.execute("DROP DATABASE \(database)") }
            try session.execute("USE \(database)")
            let history = SchemaHistory(
                [:], databases: [database], characterSets: [database: "utf8mb4"], isMariaDB: session.isMariaDB)
            for text in Self.statements {
                try session.execute(text)
                let statement = try #require(Self.parsed(text, database), "\(text)")
                _ = history.follow(statement)
                for definition in try SchemaReader(session).definitions(in: database) {
                    guard case .known(let known) = history.definition(of: definition.name) else {
                        Issue.record("\(definition.name) is not known after: \(text)")
                        return
                    }
                    #expect(Self.essence(known) == Self.essence(definition), "\(text)")
                }
            }
            guard case .unknown = history.definition(of: TableName(database: database, table: "x")) else {
                Issue.record("x went away in the swap")
                return
            }
        }
    }

    /// A form that is not known makes the definition unclear, never wrong.
    @Test func whatIsNotUnderstoodIsUnclear() throws {
        let history = SchemaHistory([:], databases: ["d"], characterSets: [:], isMariaDB: false)
        let table = TableName(database: "d", table: "t")
        for text in ["CREATE TABLE t (a INT, b FANTASY(3))", "CREATE TABLE t (a INT)", "ALTER TABLE t MODIFY nowhere INT"] {
            _ = history.follow(try #require(Self.parsed(text, "d")))
            guard text.contains("nowhere") || text.contains("FANTASY") else { continue }
            guard case .unclear = history.definition(of: table) else {
                Issue.record("\(text)")
                return
            }
        }
    }

    static func parsed(_ text: String, _ database: String) -> DDLStatement? {
        let bytes = Array(text.utf8)
        guard case .ddl(let kind) = bytes.withUnsafeBytes({ StatementKind($0) }) else { return nil }
        return DDLStatement(bytes, kind: kind, sessionDatabase: database)
    }
}
