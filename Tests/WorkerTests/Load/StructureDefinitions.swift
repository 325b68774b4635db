/// Awkward definitions that arrive equal in meaning.
extension StructureDefinitionTests {
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
            proof:
                "INSERT INTO defaults (id) VALUES (1);;SELECT HEX(a), HEX(b), HEX(c), HEX(d), HEX(e), HEX(f), HEX(g), HEX(h), HEX(i), j FROM defaults"
        ),
        Definition(
            statements: """
                CREATE TABLE computed (id INT PRIMARY KEY, a INT DEFAULT (1 + 2), b DATE DEFAULT ('2020-01-01' + INTERVAL 1 DAY), c VARCHAR(40) DEFAULT (UPPER('é😀')),
                    e TIMESTAMP(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), f BIT(3) DEFAULT b'101', g DECIMAL(3,1) DEFAULT -0.5,
                    h TIME(2) DEFAULT '-12:00:00.12', i SET('a','b') DEFAULT 'a,b', j DATETIME DEFAULT '0000-00-00 00:00:00', k JSON DEFAULT (JSON_ARRAY(1)))
                """,
            proof:
                "INSERT INTO computed (id) VALUES (1);;SELECT a, b, HEX(c), e IS NULL, f + 0, g, h, i, j, k FROM computed"
        ),
        Definition(
            statements: """
                CREATE TABLE checked (id INT PRIMARY KEY, a INT CHECK (a > 0), b VARCHAR(10) CHARACTER SET utf8mb4, j LONGTEXT CHARACTER SET utf8mb4, CONSTRAINT `na``me` CHECK (b <> '😀,)'),
                    CHECK (JSON_VALID(j)))
                """,
            proof:
                "INSERT INTO checked VALUES (1, 1, 'x', '{}');;INSERT INTO checked VALUES (2, 0, 'x', '{}');;INSERT INTO checked VALUES (3, 1, '😀,)', '{}');;INSERT INTO checked VALUES (4, 1, 'x', '{');;SELECT id FROM checked"
        ),
        Definition(
            statements: """
                CREATE TABLE with_generated (a INT, id INT PRIMARY KEY, b INT AS (a + 1) VIRTUAL UNIQUE, c INT AS (b * 2) STORED COMMENT 'it''s', d VARCHAR(10) CHARACTER SET utf8mb4 AS (IF(a > 0, '+ü😀', '-')) VIRTUAL INVISIBLE,
                    h INT INVISIBLE DEFAULT 4, KEY (c))
                """,
            proof: "INSERT INTO with_generated (id, a) VALUES (1, 1);;SELECT a, b, c, HEX(d), h FROM with_generated"
        ),
        Definition(
            statements: """
                CREATE TABLE indexed (`select` INT PRIMARY KEY COMMENT 'it''s "q" \\\\ `b`', `storage` INT, srid INT, `COLLATE` VARCHAR(300) CHARACTER SET utf8mb4, t TEXT CHARACTER SET utf8mb4, p POINT NOT NULL,
                    KEY `INVISIBLE` (`storage` DESC, srid), UNIQUE KEY `DEFAULT` (`COLLATE`(10), srid) COMMENT 'é''', FULLTEXT KEY f (t), SPATIAL KEY (p))
                    COMMENT = 'CHARSET=latin1 COLLATE x ENGINE=MyISAM'
                """
        ),
        Definition(
            place: .fromMySQL,
            statements:
                "CREATE TABLE hidden_index (id INT PRIMARY KEY, `ENGINE_ATTRIBUTE` INT, KEY i (`ENGINE_ATTRIBUTE`) INVISIBLE)"
        ),
        Definition(
            place: .fromMariaDB,
            statements: "CREATE TABLE hidden_index (id INT PRIMARY KEY, a INT, KEY i (a) IGNORED)"
        ),
        Definition(
            place: .mySQL,
            statements:
                "CREATE TABLE over_expressions (id INT PRIMARY KEY, a INT, j JSON, KEY ((a + 1) DESC), UNIQUE KEY ((CAST(j->'$.x' AS UNSIGNED ARRAY))))"
        ),
        Definition(
            place: .mySQL,
            statements: "CREATE TABLE parsed (id INT PRIMARY KEY, t TEXT, FULLTEXT KEY f (t) WITH PARSER ngram)"
        ),
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
                "INSERT INTO by_list VALUES (1, 'ü'), (2, '😀'), (3, '?');;SELECT (SELECT GROUP_CONCAT(id ORDER BY id) FROM by_list PARTITION (p0)), (SELECT GROUP_CONCAT(id) FROM by_list PARTITION (p1))"
        ),
        Definition(
            place: .mariaDB,
            statements:
                "CREATE TABLE by_default (id INT PRIMARY KEY) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (1, 2), PARTITION p1 DEFAULT)"
        ),
        Definition(
            statements: """
                CREATE TABLE z_parent (id INT PRIMARY KEY, child INT)
                ;;CREATE TABLE a_child (id INT PRIMARY KEY, parent INT, CONSTRAINT to_parent FOREIGN KEY (parent) REFERENCES z_parent (id) ON DELETE SET NULL ON UPDATE CASCADE)
                ;;ALTER TABLE z_parent ADD CONSTRAINT to_child FOREIGN KEY (child) REFERENCES a_child (id)
                ;;CREATE TABLE itself (id INT PRIMARY KEY, parent INT, CONSTRAINT to_itself FOREIGN KEY (parent) REFERENCES itself (id))
                """,
            proof:
                "INSERT INTO z_parent VALUES (1, NULL);;INSERT INTO a_child VALUES (1, 1);;UPDATE z_parent SET id = 5;;SELECT parent FROM a_child"
        ),
        Definition(
            statements:
                "CREATE TABLE optioned (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT) AUTO_INCREMENT = 18446744073709551600 ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = 8 STATS_PERSISTENT = 0 MAX_ROWS = 100",
            proof: "INSERT INTO optioned VALUES (NULL);;SELECT id FROM optioned"
        ),
        Definition(
            statements: """
                CREATE TABLE seen (id INT PRIMARY KEY, a INT)
                ;;CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW m_seen (x, `y z`) AS SELECT id, a FROM seen WHERE id > 3 WITH LOCAL CHECK OPTION
                ;;CREATE ALGORITHM = TEMPTABLE VIEW b_seen AS SELECT x, COUNT(*) n FROM m_seen GROUP BY x
                ;;CREATE VIEW a_seen AS SELECT x, 'ü😀?' COLLATE utf8mb4_bin t FROM b_seen UNION SELECT id, 'x' FROM seen
                ;;CREATE VIEW r_seen AS WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r
                """,
            proof: "INSERT INTO seen VALUES (1, 1), (5, 5);;SELECT x, HEX(t) FROM a_seen ORDER BY 1, 2"
        ),
    ]
}
