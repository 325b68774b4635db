import SyncModel
import SyncMySQL
import Testing
import WorkerLoad
import WorkerSchema

/// Awkward definitions between real servers: each arrives equal in meaning, or is refused by name before anything is made.
@Suite struct StructureDefinitionTests {
    /// Where a definition can be written, and arrive.
    enum Place: Sendable { case everywhere, mySQL, mariaDB, fromMariaDB, fromMySQL }

    struct Definition: Sendable {
        var place = Place.everywhere
        /// `;;` divides statements. Tables and views are called by names of their own.
        var statements: String
        /// What shows that it works: executed on both sides, where the last one has to give the same rows.
        var proof: String?

        func fits(_ route: Route) -> Bool {
            switch place {
            case .everywhere: true
            case .mySQL: route == .mysql
            case .mariaDB: route == .mariaDB
            case .fromMariaDB: route.source.isMariaDB
            case .fromMySQL: !route.source.isMariaDB
            }
        }
    }

    static let definitions: [Definition] = [
        Definition(
            statements: """
                CREATE TABLE defaults (id INT PRIMARY KEY, a VARCHAR(10) CHARACTER SET utf8mb4 DEFAULT '😀', b VARCHAR(20) CHARACTER SET utf8mb4 NOT NULL DEFAULT 'a?b😀',
                    c VARCHAR(10) CHARACTER SET utf16 DEFAULT 'x😀', d VARBINARY(10) NOT NULL DEFAULT x'FF003F', e BINARY(4) DEFAULT 0xC3, f TEXT CHARACTER SET utf8mb4 DEFAULT ('😀?'),
                    g VARCHAR(20) CHARACTER SET latin1 DEFAULT 'é?', h CHAR(3) DEFAULT '?', i BLOB DEFAULT ('?''\\\\'), j VARCHAR(10) DEFAULT '')
                """,
            proof: "INSERT INTO defaults (id) VALUES (1);;SELECT HEX(a), HEX(b), HEX(c), HEX(d), HEX(e), HEX(f), HEX(g), HEX(h), HEX(i), j FROM defaults"),
        Definition(
            statements: """
                CREATE TABLE computed (id INT PRIMARY KEY, a INT DEFAULT (1 + 2), b DATE DEFAULT ('2020-01-01' + INTERVAL 1 DAY), c VARCHAR(40) DEFAULT (UPPER('é😀')),
                    e TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), f BIT(3) DEFAULT b'101', g DECIMAL(3,1) DEFAULT -0.5,
                    h TIME(2) DEFAULT '-12:00:00.12', i SET('a','b') DEFAULT 'a,b', j DATETIME DEFAULT '0000-00-00 00:00:00', k JSON DEFAULT (JSON_ARRAY(1)))
                """,
            proof: "INSERT INTO computed (id) VALUES (1);;SELECT a, b, HEX(c), e IS NULL, f + 0, g, h, i, j, k FROM computed"),
        Definition(
            statements: """
                CREATE TABLE checked (id INT PRIMARY KEY, a INT CHECK (a > 0), b VARCHAR(10) CHARACTER SET utf8mb4, j LONGTEXT CHARACTER SET utf8mb4, CONSTRAINT `na``me` CHECK (b <> '😀,)'),
                    CHECK (JSON_VALID(j)))
                """,
            proof:
                "INSERT INTO checked VALUES (1, 1, 'x', '{}');;INSERT INTO checked VALUES (2, 0, 'x', '{}');;INSERT INTO checked VALUES (3, 1, '😀,)', '{}');;INSERT INTO checked VALUES (4, 1, 'x', '{');;SELECT id FROM checked"),
        Definition(
            statements: """
                CREATE TABLE with_generated (a INT, id INT PRIMARY KEY, b INT AS (a + 1) VIRTUAL UNIQUE, c INT AS (b * 2) STORED COMMENT 'it''s', d VARCHAR(10) CHARACTER SET utf8mb4 AS (IF(a > 0, '+ü😀', '-')) VIRTUAL INVISIBLE,
                    h INT INVISIBLE DEFAULT 4, KEY (c))
                """,
            proof: "INSERT INTO with_generated (id, a) VALUES (1, 1);;SELECT a, b, c, HEX(d), h FROM with_generated"),
        Definition(
            statements: """
                CREATE TABLE indexed (`select` INT PRIMARY KEY COMMENT 'it''s "q" \\\\ `b`', `storage` INT, srid INT, `COLLATE` VARCHAR(300) CHARACTER SET utf8mb4, t TEXT CHARACTER SET utf8mb4, p POINT NOT NULL,
                    KEY `INVISIBLE` (`storage` DESC, srid), UNIQUE KEY `DEFAULT` (`COLLATE`(10), srid) COMMENT 'é''', FULLTEXT KEY f (t), SPATIAL KEY (p))
                    COMMENT = 'CHARSET=latin1 COLLATE x ENGINE=MyISAM'
                """),
        Definition(place: .fromMySQL, statements: "CREATE TABLE hidden_index (id INT PRIMARY KEY, `ENGINE_ATTRIBUTE` INT, KEY i (`ENGINE_ATTRIBUTE`) INVISIBLE)"),
        Definition(place: .fromMariaDB, statements: "CREATE TABLE hidden_index (id INT PRIMARY KEY, a INT, KEY i (a) IGNORED)"),
        Definition(place: .mySQL, statements: "CREATE TABLE over_expressions (id INT PRIMARY KEY, a INT, j JSON, KEY ((a + 1) DESC), UNIQUE KEY ((CAST(j->'$.x' AS UNSIGNED ARRAY))))"),
        Definition(place: .mySQL, statements: "CREATE TABLE parsed (id INT PRIMARY KEY, t TEXT, FULLTEXT KEY f (t) WITH PARSER ngram)"),
        Definition(
            statements: """
                CREATE TABLE by_range (id INT, d DATE, PRIMARY KEY (id, d)) PARTITION BY RANGE (YEAR(d)) SUBPARTITION BY HASH (TO_DAYS(d)) SUBPARTITIONS 2
                    (PARTITION p0 VALUES LESS THAN (1990) COMMENT = 'x''y', PARTITION p1 VALUES LESS THAN MAXVALUE)
                ;;CREATE TABLE by_columns (id INT, s VARCHAR(10) CHARACTER SET utf8mb4, PRIMARY KEY (id, s)) PARTITION BY RANGE COLUMNS (s, id)
                    (PARTITION p0 VALUES LESS THAN ('ü', 5), PARTITION p1 VALUES LESS THAN (MAXVALUE, MAXVALUE))
                ;;CREATE TABLE by_list (id INT, s VARCHAR(10) CHARACTER SET utf8mb4, PRIMARY KEY (id, s)) PARTITION BY LIST COLUMNS (s)
                    (PARTITION p0 VALUES IN ('ü', '😀'), PARTITION p1 VALUES IN ('?'))
                ;;CREATE TABLE by_key (id INT PRIMARY KEY) PARTITION BY LINEAR KEY ALGORITHM = 1 (id) PARTITIONS 3
                ;;CREATE TABLE by_time (id INT, t TIMESTAMP NOT NULL, PRIMARY KEY (id, t)) PARTITION BY RANGE (UNIX_TIMESTAMP(t))
                    (PARTITION p0 VALUES LESS THAN (1000000000), PARTITION p1 VALUES LESS THAN MAXVALUE)
                """,
            proof:
                "INSERT INTO by_list VALUES (1, 'ü'), (2, '😀'), (3, '?');;SELECT (SELECT GROUP_CONCAT(id ORDER BY id) FROM by_list PARTITION (p0)), (SELECT GROUP_CONCAT(id) FROM by_list PARTITION (p1))"),
        Definition(place: .mariaDB, statements: "CREATE TABLE by_default (id INT PRIMARY KEY) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (1, 2), PARTITION p1 DEFAULT)"),
        Definition(
            statements: """
                CREATE TABLE z_parent (id INT PRIMARY KEY, child INT)
                ;;CREATE TABLE a_child (id INT PRIMARY KEY, parent INT, CONSTRAINT to_parent FOREIGN KEY (parent) REFERENCES z_parent (id) ON DELETE SET NULL ON UPDATE CASCADE)
                ;;ALTER TABLE z_parent ADD CONSTRAINT to_child FOREIGN KEY (child) REFERENCES a_child (id)
                ;;CREATE TABLE itself (id INT PRIMARY KEY, parent INT, CONSTRAINT to_itself FOREIGN KEY (parent) REFERENCES itself (id))
                """,
            proof: "INSERT INTO z_parent VALUES (1, NULL);;INSERT INTO a_child VALUES (1, 1);;UPDATE z_parent SET id = 5;;SELECT parent FROM a_child"),
        Definition(
            statements: "CREATE TABLE optioned (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT) AUTO_INCREMENT = 18446744073709551600 ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = 8 STATS_PERSISTENT = 0 MAX_ROWS = 100",
            proof: "INSERT INTO optioned VALUES (NULL);;SELECT id FROM optioned"),
        Definition(
            statements: """
                CREATE TABLE seen (id INT PRIMARY KEY, a INT)
                ;;CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW m_seen (x, `y z`) AS SELECT id, a FROM seen WHERE id > 3 WITH LOCAL CHECK OPTION
                ;;CREATE ALGORITHM = TEMPTABLE VIEW b_seen AS SELECT x, COUNT(*) n FROM m_seen GROUP BY x
                ;;CREATE VIEW a_seen AS SELECT x, 'ü😀?' COLLATE utf8mb4_bin t FROM b_seen UNION SELECT id, 'x' FROM seen
                ;;CREATE VIEW r_seen AS WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r
                """,
            proof: "INSERT INTO seen VALUES (1, 1), (5, 5);;SELECT x, HEX(t) FROM a_seen ORDER BY 1, 2"),
    ]

    private static let comparisons = [
        "SELECT TABLE_NAME, TABLE_TYPE, TABLE_COMMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'DB' ORDER BY HEX(TABLE_NAME)",
        """
        SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, IS_NULLABLE, CHARACTER_MAXIMUM_LENGTH, COLUMN_COMMENT, EXTRA LIKE '%INVISIBLE%', EXTRA LIKE '%VIRTUAL%',
            EXTRA LIKE '%STORED%', EXTRA LIKE '%auto_increment%', EXTRA LIKE '%on update%' FROM information_schema.COLUMNS
        WHERE TABLE_SCHEMA = 'DB' AND DATA_TYPE NOT IN ('json', 'longtext') AND TABLE_NAME NOT LIKE '%seen' ORDER BY HEX(TABLE_NAME), 3
        """,
        """
        SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, NON_UNIQUE, COLLATION, SUB_PART, INDEX_TYPE, INDEX_COMMENT
        FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = 'DB' ORDER BY HEX(TABLE_NAME), HEX(INDEX_NAME), 3
        """,
        """
        SELECT TABLE_NAME, PARTITION_NAME, PARTITION_ORDINAL_POSITION, PARTITION_METHOD, SUBPARTITION_METHOD, PARTITION_COMMENT
        FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = 'DB' AND TABLE_NAME NOT LIKE '%seen' ORDER BY HEX(TABLE_NAME), 3, SUBPARTITION_ORDINAL_POSITION
        """,
        "SELECT TABLE_NAME, CONSTRAINT_NAME, REFERENCED_TABLE_NAME, DELETE_RULE IN ('CASCADE', 'SET NULL'), UPDATE_RULE IN ('CASCADE', 'SET NULL') FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = 'DB' ORDER BY HEX(TABLE_NAME), HEX(CONSTRAINT_NAME)",
        "SELECT TABLE_NAME, CHECK_OPTION, DEFINER, SECURITY_TYPE, CHARACTER_SET_CLIENT FROM information_schema.VIEWS WHERE TABLE_SCHEMA = 'DB' ORDER BY HEX(TABLE_NAME)",
    ]

    @Test(arguments: Route.allCases)
    func definitionsArriveEqual(_ route: Route) async throws {
        let definitions = Self.definitions.filter { $0.fits(route) }
        let schema = definitions.map { $0.statements.split(separator: ";;").joined(separator: "\n;\n") }.joined(separator: "\n;\n")
        try await withFixture("definitions", route, schema: schema) { fixture in
            let rehearsal = try StructureRehearsal(ObjectMap(fixture.spec.objects), source: fixture.source, target: fixture.target)
            #expect(rehearsal.refusals.map(\.message) == [])
            try fixture.source.execute("SET NAMES utf8mb4")
            try StructureInitializer(try fixture.context()).run()
            for query in Self.comparisons { try fixture.expectEqual(query) }
            if route == .mysql || route == .mariaDB {
                try fixture.source.execute("USE information_schema")
                for name in try fixture.source.rows("SHOW TABLES FROM \(fixture.database)").compactMap({ $0[0] }) {
                    try fixture.expectEqual("SHOW CREATE TABLE DB.\(name)")
                }
            }
            for session in [fixture.source, fixture.target] { try session.execute("USE \(fixture.database)") }
            for proof in definitions.compactMap(\.proof) {
                let statements = proof.split(separator: ";;").map(String.init)
                for statement in statements.dropLast() {
                    let done = [fixture.source, fixture.target].map { session in (try? session.execute(statement)) != nil }
                    #expect(done[0] == done[1], "\(statement)")
                }
                try fixture.expectEqual(try #require(statements.last))
            }
        }
    }

    @Test(arguments: [
        (Route.mysqlToMariaDB, "CREATE TABLE t (id INT PRIMARY KEY, u BINARY(16) DEFAULT (UUID_TO_BIN(UUID())))", "t", "function uuid_to_bin"),
        (.mysqlToMariaDB, "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9), CHECK (REGEXP_LIKE(v, 'a')))", "t", "function regexp_like"),
        (.mysqlToMariaDB, "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(9) AS (ANY_VALUE('a' + id)))", "t", "function any_value"),
        (.mysqlToMariaDB, "CREATE TABLE t (id INT PRIMARY KEY, v TEXT, FULLTEXT KEY (v) WITH PARSER ngram)", "t", "parser"),
        (.mysqlToMariaDB, "CREATE VIEW t AS SELECT BIN_TO_UUID('a') x", "t", "function bin_to_uuid"),
        (.mariaDBToMySQL, "CREATE VIEW t AS SELECT JSON_EXISTS('{}', '$') x", "t", "function json_exists"),
        (.mariaDBToMySQL, "CREATE TABLE t (id INT PRIMARY KEY) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (1), PARTITION p1 DEFAULT)", "t", "DEFAULT partition"),
        (.mariaDBToMySQL, "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(5) CHARACTER SET latin1 COLLATE latin1_nopad_bin)", "t", "latin1_nopad_bin"),
        (.mariaDB, "CREATE SEQUENCE s\n;\nCREATE TABLE t (id INT PRIMARY KEY DEFAULT (NEXTVAL(s)))", "t", "column id takes its default from a sequence"),
        (.mysql, "CREATE VIEW t AS SELECT _latin1 x'fc' x", "t", "not UTF-8"),
        (.mariaDB, "CREATE VIEW t AS SELECT _latin1 x'fc' x", "t", "not UTF-8"),
        (.mysqlToMariaDB, "SET NAMES latin1\n;\nCREATE VIEW t AS SELECT 'é' x\n;\nSET NAMES utf8mb4", "t", "character set latin1"),
        (.mariaDBToMySQL, "SET NAMES latin1\n;\nCREATE VIEW t AS SELECT 'é' x\n;\nSET NAMES utf8mb4", "t", "character set latin1"),
    ])
    func whatCannotBeEqualIsRefused(_ route: Route, _ statement: String, _ object: String, _ reason: String) async throws {
        let name = "no_\(statement.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF)"
        try await withFixture(name, route, schema: "CREATE TABLE fine (id INT PRIMARY KEY)\n;\n\(statement)") { fixture in
            let rehearsal = try StructureRehearsal(ObjectMap(fixture.spec.objects), source: fixture.source, target: fixture.target)
            let failure = #expect(throws: Failure.self, "\(statement)") { try StructureInitializer(try fixture.context()).run() }
            for found in [rehearsal.refusals.first, failure] {
                #expect(found?.code == .unsupported)
                #expect(found?.message.contains("\(fixture.database).\(object) ") == true, "\(found?.message ?? "")")
                #expect(found?.message.contains(reason) == true, "\(found?.message ?? "")")
            }
            #expect(try fixture.target.rows("SHOW DATABASES LIKE '\(fixture.database)'").isEmpty, "nothing was made")
        }
    }

    /// A literal of a view has the character set in which the view was written.
    @Test(arguments: Route.allCases)
    func viewsKeepTheirCharacterSet(_ route: Route) async throws {
        try await withFixture(
            "view_sets", route, schema: "SET NAMES latin1\n;\nCREATE VIEW v AS SELECT 'a' x\n;\nSET NAMES utf8mb4\n;\nCREATE VIEW ü AS SELECT x FROM v"
        ) { fixture in
            try StructureInitializer(try fixture.context()).run()
            try fixture.expectEqual("SELECT x, CHARSET(x), COLLATION(x) FROM DB.v")
            try fixture.expectEqual("SELECT x FROM DB.ü")
        }
    }

    /// Databases and tables with other names on the target, wherever definitions name them.
    @Test(arguments: Route.allCases)
    func namesAreMapped(_ route: Route) async throws {
        let schema = """
            CREATE TABLE p (id INT PRIMARY KEY)
            \n;\n
            CREATE TABLE c (id INT PRIMARY KEY, p INT, CONSTRAINT to_p FOREIGN KEY (p) REFERENCES p (id))
            \n;\n
            CREATE VIEW a AS SELECT c.id, p.id pid FROM c JOIN p ON c.p = p.id
            \n;\n
            CREATE VIEW b AS SELECT a.id FROM a WHERE a.id IN (SELECT id FROM c)
            """
        try await withFixture("mapped_definitions", route, schema: schema) { fixture in
            let (here, there, second) = (fixture.database, fixture.database + "_there", fixture.database + "_second")
            let (source, target) = (fixture.source, fixture.target)
            defer {
                for name in [there, second, second + "_there"] {
                    for session in [source, target] { _ = try? session.execute("DROP DATABASE IF EXISTS \(name)") }
                }
            }
            for name in [there, second, second + "_there"] {
                for session in [source, target] { try session.execute("DROP DATABASE IF EXISTS \(name)") }
            }
            try source.execute("CREATE DATABASE \(second)")
            try source.execute("CREATE TABLE \(second).x (id INT PRIMARY KEY, p INT, CONSTRAINT far FOREIGN KEY (p) REFERENCES \(here).p (id))")
            try source.execute("CREATE VIEW \(second).y AS SELECT x.id FROM \(second).x JOIN \(here).b ON x.id = b.id")
            fixture.spec.objects = [
                ObjectSelection(
                    database: here, mappedTo: there, tables: [TableSelection(name: "p", mappedTo: "parents"), TableSelection(name: "c")], views: ["a", "b"]),
                ObjectSelection(database: second, mappedTo: second + "_there"),
            ]
            try StructureInitializer(try fixture.context()).run()
            try target.execute("USE \(there)")
            try target.execute("INSERT INTO parents VALUES (1)")
            try target.execute("INSERT INTO c VALUES (2, 1)")
            try target.execute("INSERT INTO \(second)_there.x VALUES (2, 1)")
            #expect(try target.rows("SELECT * FROM a") == [["2", "1"]])
            #expect(try target.rows("SELECT * FROM b") == [["2"]])
            #expect(try target.rows("SELECT * FROM \(second)_there.y") == [["2"]])
            let parents = try target.rows(
                "SELECT DISTINCT REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA LIKE '\(here)%' AND REFERENCED_TABLE_NAME IS NOT NULL")
            #expect(parents == [[there, "parents"]])
            #expect(try target.rows("SHOW DATABASES LIKE '\(here)'").isEmpty)
        }
    }
}
