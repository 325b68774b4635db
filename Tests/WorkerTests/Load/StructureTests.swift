import SyncModel
import SyncMySQL
import Testing
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema

/// Structure initialization on real servers.
@Suite struct StructureTests {
    private static let schema = """
        CREATE TABLE a (
            id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, v VARCHAR(20) CHARACTER SET latin1 DEFAULT 'é', e ENUM('x','é','a''b','c\\\\d') CHARACTER SET latin1 COLLATE latin1_german1_ci,
            s VARCHAR(20) INVISIBLE DEFAULT 'x', g INT GENERATED ALWAYS AS (id2 + 1) STORED, id2 INT, dt DATETIME(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
            ts TIMESTAMP NULL, ts2 TIMESTAMP NOT NULL DEFAULT '2000-01-01', j JSON, t TEXT CHARACTER SET utf8mb4 DEFAULT ('abc'), u CHAR(36) CHARACTER SET utf8mb4 DEFAULT (UUID()),
            b BIT(3) DEFAULT b'101', d DATE DEFAULT (CURRENT_DATE), zero DATETIME DEFAULT '0000-00-00', num DECIMAL(10,2) DEFAULT -1.50,
            PRIMARY KEY (id), UNIQUE KEY uq (id2, v(5), id), KEY k (id2) COMMENT 'hello, ''you'' (x)', CONSTRAINT positive CHECK (id2 > 0 AND v <> 'x)')
        ) AUTO_INCREMENT = 77 COMMENT = 'a; (b' PARTITION BY HASH (id) PARTITIONS 2
        \n;\n
        CREATE TABLE p (id INT PRIMARY KEY) DEFAULT CHARSET = utf8mb4
        \n;\n
        CREATE TABLE c (id INT PRIMARY KEY, p INT, x VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, vg INT AS (p + 1) VIRTUAL, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)
        \n;\n
        CREATE TABLE m (a VARCHAR(10) CHARACTER SET utf8mb4, b VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci, c VARCHAR(10) CHARACTER SET ucs2, gm GEOMETRY, pt POINT NOT NULL, SPATIAL KEY (pt))
        \n;\n
        CREATE TABLE my (id INT PRIMARY KEY, f CHAR(10)) ENGINE = MyISAM ROW_FORMAT = FIXED DEFAULT CHARSET = utf8mb3
        \n;\n
        CREATE TABLE `we``ird ta.ble` (`a``b` INT, `ünï` INT COMMENT 'ß', PRIMARY KEY (`a``b`))
        \n;\n
        CREATE VIEW z AS SELECT c.id, c.x, p.id pid, CONCAT('a', c.x) zz FROM c JOIN p ON c.p = p.id
        \n;\n
        CREATE VIEW aa_needs_z AS SELECT id, x FROM z
        \n;\n
        CREATE SQL SECURITY INVOKER VIEW inv AS SELECT x.id FROM p x WHERE x.id IN (SELECT id FROM c)
        """

    private static let objects = ["a", "p", "c", "m", "`we``ird ta.ble`"]

    @Test(arguments: Route.allCases)
    func everythingIsMade(_ route: Route) async throws {
        try await withFixture("structure", route, schema: Self.schema) { fixture in
            try StructureInitializer(try fixture.context()).run()
            // Again, as after a crash before the checkpoint.
            try StructureInitializer(try fixture.context()).run()
            if route == .mysql || route == .mariaDB {
                // In its own database a view is shown without the database's name.
                try fixture.source.execute("USE information_schema")
                for name in Self.objects { try fixture.expectEqual("SHOW CREATE TABLE DB.\(name)") }
                for name in ["z", "aa_needs_z", "inv"] { try fixture.expectEqual("SHOW CREATE VIEW DB.\(name)") }
            }
            let place = "TABLE_SCHEMA = 'DB'"
            try fixture.expectEqual(
                "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE \(place) ORDER BY 1"
            )
            try fixture.expectEqual(
                "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS WHERE \(place) ORDER BY 1, 2, 4"
            )
            try fixture.expectEqual(
                "SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, IS_NULLABLE, COLUMN_COMMENT FROM information_schema.COLUMNS WHERE \(place) ORDER BY 1, 3"
            )
            try fixture.expectEqual(
                "SELECT TABLE_NAME, REFERENCED_TABLE_NAME, DELETE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = 'DB'"
            )
            #expect(
                try fixture.target.value(
                    "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(fixture.database)' AND TABLE_NAME = 'my'"
                )
                    == "InnoDB"
            )
            // Defaults work.
            try fixture.target.execute("INSERT INTO \(fixture.database).a (id2) VALUES (1)")
            let row = try fixture.target.rows(
                "SELECT id, v, s, g, t, LENGTH(u), b + 0, zero, num, d = CURRENT_DATE FROM \(fixture.database).a"
            ).first
            #expect(row == ["77", "é", "x", "2", "abc", "36", "5", "0000-00-00 00:00:00", "-1.50", "1"])
        }
    }

    @Test(arguments: [Route.mysql, .mariaDB])
    func existingTables(_ route: Route) async throws {
        try await withFixture("structure_exists", route, schema: Self.schema) { fixture in
            try fixture.target.execute("CREATE DATABASE \(fixture.database)")
            try fixture.target.execute("CREATE TABLE \(fixture.database).p (id INT PRIMARY KEY, more INT)")
            let failure = #expect(throws: Failure.self) { try StructureInitializer(try fixture.context()).run() }
            #expect(failure?.code == .targetExists)
            #expect(failure?.message.contains("\(fixture.database).p") == true)
            #expect(try fixture.target.rows("SHOW TABLES FROM \(fixture.database)").count == 1, "nothing was made")
            fixture.spec.ifTargetExists = .ignore
            try StructureInitializer(try fixture.context()).run()
            #expect(try fixture.target.rows("SHOW COLUMNS FROM \(fixture.database).p").count == 2, "left as it was")
            try fixture.expectEqual("SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'DB'")
        }
    }

    /// What was made before a crash is the task's own.
    @Test func goesOnAfterACrash() async throws {
        try await withFixture("structure_crash", .mysql, schema: Self.schema) { fixture in
            try StructureInitializer(try fixture.context()).run()
            try fixture.target.execute("DROP VIEW \(fixture.database).z")
            try fixture.target.execute("DROP TABLE \(fixture.database).c")
            try StructureInitializer(try fixture.context()).run()
            try fixture.expectEqual(
                "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'DB' ORDER BY 1"
            )
            try fixture.expectEqual("SHOW CREATE TABLE DB.c")
        }
    }

    @Test(arguments: [
        (Route.mysqlToMariaDB, "CREATE TABLE t (id INT PRIMARY KEY, a INT, KEY ((a + 1)))", "expression"),
        (
            .mysqlToMariaDB,
            "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_zh_0900_as_cs)",
            "utf8mb4_zh_0900_as_cs"
        ),
        (.mysqlToMariaDB, "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(5) CHARACTER SET gb18030)", "gb18030"),
        (.mariaDBToMySQL, "CREATE TABLE t (id UUID PRIMARY KEY)", "type uuid"),
        (.mariaDBToMySQL, "CREATE TABLE t (id INT PRIMARY KEY, a INET6)", "type inet6"),
        (.mariaDBToMySQL, "CREATE TABLE t (id INT PRIMARY KEY) WITH SYSTEM VERSIONING", "system-versioned"),
        (
            .mariaDBToMySQL,
            "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_nopad_ci)",
            "utf8mb4_general_nopad_ci"
        ),
        (.mariaDBToMySQL, "CREATE TABLE t (id INT PRIMARY KEY, a DATE, b DATE, PERIOD FOR p (a, b))", "period"),
    ])
    func whatHasNoCounterpartIsRefused(_ route: Route, _ statement: String, _ reason: String) async throws {
        try await withFixture(
            "refused_\(statement.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF)",
            route,
            schema: "CREATE TABLE fine (id INT PRIMARY KEY)\n;\n\(statement)"
        ) { fixture in
            let failure = #expect(throws: Failure.self) { try StructureInitializer(try fixture.context()).run() }
            #expect(failure?.code == .unsupported)
            #expect(failure?.message.contains("\(fixture.database).t ") == true)
            #expect(failure?.message.contains(reason) == true, "\(failure?.message ?? "")")
            let made = try fixture.target.rows("SHOW DATABASES LIKE '\(fixture.database)'")
            #expect(made.isEmpty, "nothing was made")
            // Where only others are to be made, it is not asked about.
            try StructureInitializer(try fixture.context(), only: [TableName(database: fixture.database, table: "fine")]).run()
            #expect(try fixture.target.rows("SHOW TABLES FROM \(fixture.database)").map { $0[0] } == ["fine"])
        }
    }

    /// What the other kind writes otherwise, in both directions and back.
    @Test func dialects() async throws {
        try await withFixture(
            "structure_dialects",
            .mysqlToMariaDB,
            schema: """
                CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10), g VARCHAR(20) GENERATED ALWAYS AS (CONCAT(a, 'x')) STORED NOT NULL,
                    geo POINT NOT NULL SRID 4326, gc GEOMETRYCOLLECTION, KEY hidden (a) INVISIBLE, CONSTRAINT off CHECK (id > 5) NOT ENFORCED)
                    CHARSET = utf8mb4 COLLATE = utf8mb4_0900_as_cs
                \n;\n
                INSERT INTO t (id, a, geo) VALUES (1, 'a', ST_GeomFromText('POINT(1 2)', 4326))
                """
        ) { fixture in
            try fixture.initialize()
            let statement = try #require(try fixture.target.rows("SHOW CREATE TABLE \(fixture.database).t").first?[1])
            #expect(statement.contains("utf8mb4_uca1400_nopad_as_cs"))
            #expect(statement.contains("IGNORED"))
            try fixture.expectEqual("SELECT id, a, g, HEX(geo) FROM DB.t")
        }
        try await withFixture(
            "structure_dialects",
            .mariaDBToMySQL,
            schema: """
                CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10) DEFAULT 'x', z VARCHAR(10) COMPRESSED, b BLOB DEFAULT 'y', c VARCHAR(40) DEFAULT UUID(), d DATETIME DEFAULT CURRENT_TIMESTAMP(),
                    e INT DEFAULT (1 + 2), f VARCHAR(20) DEFAULT CONCAT('a', 'b'), KEY (a) IGNORED, CHECK (id > 0), CHECK (id < 100))
                    ENGINE = InnoDB PAGE_CHECKSUM = 1 TRANSACTIONAL = 0 CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_nopad_ai_ci
                \n;\n
                CREATE TABLE u (id INT PRIMARY KEY, CHECK (id > 0), CONSTRAINT named CHECK (id < 9)) COLLATE = utf8mb4_uca1400_ai_ci
                \n;\n
                CREATE TABLE w (id INT PRIMARY KEY, CONSTRAINT named CHECK (id < 9))
                \n;\n
                INSERT INTO t (id) VALUES (1)
                """
        ) { fixture in
            try fixture.initialize()
            let statement = try #require(try fixture.target.rows("SHOW CREATE TABLE \(fixture.database).t").first?[1])
            #expect(statement.contains("utf8mb4_0900_ai_ci"))
            try fixture.target.execute("INSERT INTO \(fixture.database).t (id) VALUES (2)")
            #expect(
                try fixture.target.rows(
                    "SELECT a, b, LENGTH(c), d > '2020-01-01', e, f FROM \(fixture.database).t WHERE id = 2"
                ) == [["x", "y", "36", "1", "3", "ab"]]
            )
            #expect((try? fixture.target.execute("INSERT INTO \(fixture.database).w (id) VALUES (20)")) == nil)
        }
    }

    /// A view of a user that the target does not have becomes one of the task's user that checks its readers' rights.
    @Test(arguments: [Route.mysql, .mariaDB])
    func unknownDefiner(_ route: Route) async throws {
        try await withFixture("structure_definer", route, schema: "CREATE TABLE t (id INT PRIMARY KEY)") { fixture in
            let user = "'only_here_\(route.rawValue)'@'%'"
            try fixture.source.execute("CREATE USER IF NOT EXISTS \(user)")
            defer { _ = try? fixture.source.execute("DROP USER \(user)") }
            try fixture.source.execute("CREATE DEFINER = \(user) VIEW v AS SELECT id FROM t")
            try StructureInitializer(try fixture.context()).run()
            let row = try fixture.target.rows(
                "SELECT DEFINER, SECURITY_TYPE FROM information_schema.VIEWS WHERE TABLE_SCHEMA = '\(fixture.database)'"
            ).first
            #expect(row?[0]?.hasPrefix("dts@") == true)
            #expect(row?[1] == "INVOKER")
        }
    }

    @Test func aViewThatCannotBeMadeIsNamed() async throws {
        try await withFixture(
            "structure_view",
            .mysqlToMariaDB,
            schema:
                "CREATE TABLE t (id INT PRIMARY KEY, j JSON)\n;\nCREATE VIEW v AS SELECT REGEXP_LIKE(j, 'x') r FROM t"
        ) { fixture in
            let failure = #expect(throws: Failure.self) { try StructureInitializer(try fixture.context()).run() }
            #expect(failure?.code == .unsupported)
            #expect(failure?.message.contains("view \(fixture.database).v") == true)
        }
    }
}
