import TestSupport

/// Tables whose definition, rather than a type, is what has to come through: what is made on the source before the task
/// starts, and what is done to it while the task runs.
struct MatrixStructure: Sendable {
    var name: String
    var kinds: Set<ServerKind>
    /// `T` stands for the table's name.
    private var creation: [String]
    private var work: [String]

    private init(_ name: String, on kinds: Set<ServerKind> = .anyKind, _ creation: [String], then work: [String]) {
        self.name = "structure_\(name)"
        self.kinds = kinds
        self.creation = creation
        self.work = work
    }

    var before: [String] { creation.map(named) }
    var afterwards: [String] { work.map(named) }

    private func named(_ statement: String) -> String { statement.replacing("@T", with: name) }

    static let all = generated + invisible + indexed + others

    private static let generated = [
        MatrixStructure(
            "generated",
            [
                """
                CREATE TABLE @T (g INT GENERATED ALWAYS AS (id * 2) STORED, id INT PRIMARY KEY, a INT,
                    v VARCHAR(40) GENERATED ALWAYS AS (CONCAT('ü😀', a)) VIRTUAL, b INT, UNIQUE KEY by_v (v), KEY by_g (g))
                """, "INSERT INTO @T (id, a, b) VALUES (1, 1, 1), (2, NULL, 2), (3, 3, 3)",
            ],
            then: [
                "INSERT INTO @T (id, a, b) VALUES (4, 4, 4)", "UPDATE @T SET a = 10 WHERE id = 1", "UPDATE @T SET a = 1 WHERE id = 2",
                "UPDATE @T SET id = 7 WHERE id = 3", "DELETE FROM @T WHERE id = 4",
            ]),
        MatrixStructure(
            "generated_key", on: [.mysql],
            [
                """
                CREATE TABLE @T (a INT NOT NULL, b VARCHAR(20) NOT NULL, g VARCHAR(40) GENERATED ALWAYS AS (CONCAT(b, '-', a)) STORED NOT NULL,
                    PRIMARY KEY (g))
                """, "INSERT INTO @T (a, b) VALUES (1, 'x'), (2, 'y'), (3, 'z')",
            ],
            then: ["INSERT INTO @T (a, b) VALUES (4, 'ü😀')", "UPDATE @T SET a = 5 WHERE b = 'x'", "DELETE FROM @T WHERE b = 'y'"]),
    ]

    private static let invisible = [
        MatrixStructure(
            "invisible",
            [
                "CREATE TABLE @T (id INT PRIMARY KEY, hidden INT INVISIBLE DEFAULT 7, b INT)",
                "INSERT INTO @T (id, hidden, b) VALUES (1, 99, 1), (2, NULL, 2)", "INSERT INTO @T VALUES (3, 3)",
            ],
            then: ["INSERT INTO @T (id, hidden, b) VALUES (4, 5, 4)", "UPDATE @T SET hidden = 8", "DELETE FROM @T WHERE id = 2"]),
        MatrixStructure(
            "invisible_key", on: [.mysql],
            [
                "SET SESSION sql_generate_invisible_primary_key = ON", "CREATE TABLE @T (a INT, b VARCHAR(20))",
                "SET SESSION sql_generate_invisible_primary_key = OFF", "INSERT INTO @T VALUES (1, 'x'), (1, 'x'), (2, 'y')",
            ],
            then: ["INSERT INTO @T VALUES (3, 'z')", "UPDATE @T SET b = 'changed' WHERE a = 1 LIMIT 1", "DELETE FROM @T WHERE a = 2"]),
    ]

    private static let indexed = [
        MatrixStructure(
            "indexes",
            [
                """
                CREATE TABLE @T (id INT PRIMARY KEY, a INT, b VARCHAR(200), c TEXT, p POINT NOT NULL,
                    KEY down (a DESC, b), KEY part (c(20)), FULLTEXT KEY words (b, c), UNIQUE KEY parts (b(10)), SPATIAL KEY places (p))
                """, "INSERT INTO @T VALUES (1, 1, 'one', 'first', ST_GeomFromText('POINT(1 1)')), (2, 2, 'two', 'second', ST_GeomFromText('POINT(2 2)'))",
            ],
            then: [
                "INSERT INTO @T VALUES (3, 3, 'three', 'third', ST_GeomFromText('POINT(3 3)'))",
                "START TRANSACTION", "UPDATE @T SET b = 'none' WHERE id = 1", "UPDATE @T SET b = 'one' WHERE id = 2",
                "UPDATE @T SET b = 'two' WHERE id = 1", "COMMIT", "DELETE FROM @T WHERE id = 3",
            ]),
        MatrixStructure(
            "functional", on: [.mysql],
            [
                "CREATE TABLE @T (id INT PRIMARY KEY, a INT, b VARCHAR(30), KEY sums ((a + 1)), UNIQUE KEY folded ((LOWER(b))))",
                "INSERT INTO @T VALUES (1, 1, 'One'), (2, 2, 'Two'), (3, 3, 'Three')",
            ],
            then: [
                "INSERT INTO @T VALUES (4, 4, 'Four')", "UPDATE @T SET a = 9 WHERE id = 1",
                "START TRANSACTION", "UPDATE @T SET b = 'none' WHERE id = 1", "UPDATE @T SET b = 'ONE' WHERE id = 2",
                "UPDATE @T SET b = 'TWO' WHERE id = 1", "COMMIT", "DELETE FROM @T WHERE id = 3",
            ]),
        MatrixStructure(
            "multi_valued", on: [.mysql],
            [
                """
                CREATE TABLE @T (id INT PRIMARY KEY, j JSON, a INT, KEY tags ((CAST(j->'$.tags' AS UNSIGNED ARRAY)), a),
                    UNIQUE KEY names ((CAST(j->'$.names' AS CHAR(20) ARRAY))))
                """, #"INSERT INTO @T VALUES (1, '{"tags": [1, 2], "names": ["a", "b"]}', 1), (2, '{"tags": [2], "names": ["c"]}', 2)"#,
            ],
            then: [
                #"INSERT INTO @T VALUES (3, '{"tags": [], "names": []}', 3)"#,
                "START TRANSACTION", #"UPDATE @T SET j = '{"names": []}' WHERE id = 1"#, #"UPDATE @T SET j = '{"names": ["a"]}' WHERE id = 2"#,
                #"UPDATE @T SET j = '{"names": ["c", "b"], "tags": [5]}' WHERE id = 1"#, "COMMIT", "DELETE FROM @T WHERE id = 3",
            ]),
    ]

    private static let others = [
        MatrixStructure(
            "old_times", on: .anyMariaDB,
            [
                "SET GLOBAL mysql56_temporal_format = OFF", "CREATE TABLE @T (id INT PRIMARY KEY, t TIME, d DATETIME, s TIMESTAMP NULL)",
                "SET GLOBAL mysql56_temporal_format = ON",
                "INSERT INTO @T VALUES (1, '-838:59:59', '2024-02-29 12:34:56', '2024-02-29 12:34:56'), (2, '00:00:01', '0000-00-00', '2038-01-19 03:14:07')",
            ],
            then: ["INSERT INTO @T SELECT id + 2, t, d, s FROM @T", "UPDATE @T SET t = '-00:00:01', d = '9999-12-31' WHERE id = 1", "DELETE FROM @T WHERE id = 2"]),
        MatrixStructure(
            "altered",
            [
                "CREATE TABLE @T (id INT PRIMARY KEY, a INT, b INT)", "INSERT INTO @T VALUES (1, 1, 1), (2, 2, 2)",
                "ALTER TABLE @T ADD COLUMN c VARCHAR(20) DEFAULT 'new' AFTER id, ALGORITHM = INSTANT", "ALTER TABLE @T DROP COLUMN a, ALGORITHM = INSTANT",
                "ALTER TABLE @T ADD COLUMN d INT NOT NULL DEFAULT 5 FIRST, ALGORITHM = INSTANT",
            ],
            then: ["INSERT INTO @T (id, b) VALUES (3, 3)", "UPDATE @T SET c = 'changed' WHERE id = 1", "DELETE FROM @T WHERE id = 2"]),
        MatrixStructure(
            "defaults",
            [
                """
                CREATE TABLE @T (id INT AUTO_INCREMENT PRIMARY KEY COMMENT 'the ''key''', e VARCHAR(50) DEFAULT (CONCAT('a', 'b')),
                    at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, b BIT(4) DEFAULT b'0101',
                    m ENUM('x', 'y') DEFAULT 'y', d DECIMAL(5,2) DEFAULT -1.50, CONSTRAINT defaults_small CHECK (d < 100)) COMMENT 'of T' AUTO_INCREMENT = 50
                """, "INSERT INTO @T (m) VALUES ('x'), ('y')",
            ],
            then: ["INSERT INTO @T (m) VALUES ('x')", "UPDATE @T SET m = 'y' WHERE id = 50", "DELETE FROM @T WHERE id = 51"]),
        MatrixStructure(
            "partitions",
            [
                """
                CREATE TABLE @T (id INT, y INT, PRIMARY KEY (id, y)) PARTITION BY RANGE (y)
                    (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)
                """, "INSERT INTO @T VALUES (1, 1), (2, 20)",
            ],
            then: ["INSERT INTO @T VALUES (3, 30)", "UPDATE @T SET y = 5 WHERE id = 2", "DELETE FROM @T WHERE id = 1"]),
    ]
}
