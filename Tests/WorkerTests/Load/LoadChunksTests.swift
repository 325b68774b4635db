import Glibc
import SyncModel
import SyncMySQL
import Synchronization
import Testing
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema

/// Chunks cover every row once, along every kind of key, and over interruptions.
@Suite struct LoadChunksTests {
    struct KeyCase: Sendable {
        var name: String
        var columns: String
        var key: String
        var rows: [String]
    }

    static let keys: [KeyCase] = [
        KeyCase(name: "int", columns: "k INT", key: "k", rows: (0..<50).map { "\($0 * 7 - 100)" }),
        KeyCase(
            name: "ci",
            columns: "k VARCHAR(20) COLLATE utf8mb4_unicode_ci",
            key: "k",
            rows: [
                "''", "'a'", "'B'", "'c'", "'ö'", "'ß'", "'z'", "'É'", "'f'", "'😀'", "'日本'", "'a b'", "'a-b'", "'A_B'",
                "'\\\\'", "'\\''", "'%'",
            ]
        ),
        KeyCase(
            name: "pad",
            columns: "k VARCHAR(20) COLLATE utf8mb4_general_ci, j INT",
            key: "k, j",
            rows: ["'a', 1", "'a ', 2", "'A', 3", "'a', 4", "'á', 5", "'b', 1", "' ', 0", "'', 1"]
        ),
        KeyCase(
            name: "latin",
            columns: "k CHAR(3) CHARACTER SET latin1 COLLATE latin1_german2_ci",
            key: "k",
            rows: ["'ä'", "'b'", "'é'", "'ZZ'", "'ß'"]
        ),
        KeyCase(
            name: "utf16",
            columns: "k VARCHAR(5) CHARACTER SET utf16",
            key: "k",
            rows: ["'a'", "'ö'", "'日'", "'b'"]
        ),
        KeyCase(
            name: "binary",
            columns: "k BINARY(4)",
            key: "k",
            rows: ["x'00000000'", "x'61000000'", "x'6120'", "x'FFFFFF00'", "x'27'", "x'5C'"]
        ),
        KeyCase(
            name: "varbinary",
            columns: "k VARBINARY(4)",
            key: "k",
            rows: ["x''", "x'00'", "x'0000'", "x'61'", "x'6100'", "x'FF'", "x'27'"]
        ),
        KeyCase(
            name: "enum",
            columns: "k ENUM('z','y','it''s','a'), j INT",
            key: "k, j",
            rows: ["1, 1", "2, 1", "2, 2", "4, 1", "3, 5", "1, 9"]
        ),
        KeyCase(
            name: "set",
            columns: "k SET('z','y','x'), j INT",
            key: "k, j",
            rows: ["0, 1", "1, 1", "7, 2", "4, 1", "5, 5", "2, 9"]
        ),
        KeyCase(
            name: "bit",
            columns: "k BIT(64)",
            key: "k",
            rows: ["0", "1", "18446744073709551615", "9223372036854775808", "39", "92"]
        ),
        KeyCase(
            name: "unsigned",
            columns: "k BIGINT UNSIGNED",
            key: "k",
            rows: ["0", "18446744073709551615", "9223372036854775807", "9223372036854775808"]
        ),
        KeyCase(
            name: "decimal",
            columns: "k DECIMAL(40,10)",
            key: "k",
            rows: ["-1.5", "0", "0.0000000001", "123456789012345678901234567890.0000000001"]
        ),
        KeyCase(
            name: "double",
            columns: "k DOUBLE",
            key: "k",
            rows: ["-1e300", "0", "0.1", "0.30000000000000004", "0.3", "1e22"]
        ),
        KeyCase(name: "float", columns: "k FLOAT", key: "k", rows: ["0.1", "0.2", "0.3", "-1e30", "16777216"]),
        KeyCase(
            name: "date",
            columns: "k DATE",
            key: "k",
            rows: ["'0000-00-00'", "'2024-00-00'", "'2024-02-31'", "'9999-12-31'", "'1000-01-01'"]
        ),
        KeyCase(
            name: "time",
            columns: "k TIME(3)",
            key: "k",
            rows: ["'-838:59:59'", "'-00:00:00.001'", "'00:00:00'", "'838:59:59'", "'-00:00:01'"]
        ),
        KeyCase(
            name: "datetime",
            columns: "k DATETIME(6)",
            key: "k",
            rows: ["'0000-00-00'", "'2024-10-27 02:30:00.000001'", "'2024-10-27 02:30:00'"]
        ),
        KeyCase(
            name: "timestamp",
            columns: "k TIMESTAMP(6)",
            key: "k",
            rows: ["'0000-00-00'", "'2024-10-27 00:30:00.000001'", "'2024-10-27 01:30:00'", "'1970-01-01 00:00:01'"]
        ),
        KeyCase(name: "year", columns: "k YEAR", key: "k", rows: ["0", "1901", "2024", "2155"]),
        KeyCase(
            name: "many",
            columns: "a INT, b VARCHAR(5) COLLATE utf8mb4_unicode_ci, c DATE, d BINARY(2)",
            key: "c, b, a, d",
            rows: (0..<60).map {
                "\($0 % 3), '\(["a", "B", "c"][$0 / 3 % 3])', '2024-01-0\($0 / 9 % 3 + 1)', x'0\($0 / 27)00'"
            }
        ),
    ]

    @Test(arguments: Route.allCases, [1, 3])
    func everyKeyIsWalked(_ route: Route, _ chunkRows: Int) async throws {
        let script = Self.keys.map { key in
            let columns = key.columns.replacing(", ", with: " NOT NULL, ")
            let rows = key.rows.map { "(\($0))" }.joined(separator: ", ")
            return
                "CREATE TABLE t_\(key.name) (\(columns) NOT NULL, PRIMARY KEY (\(key.key))) DEFAULT CHARSET = utf8mb4\n;\nINSERT INTO t_\(key.name) VALUES \(rows)"
        }.joined(separator: "\n;\n")
        try await withFixture("keys_\(chunkRows)", route, schema: script) { fixture in
            try fixture.initialize(chunkRows: chunkRows)
            for key in Self.keys {
                let count = try fixture.target.value("SELECT COUNT(*) FROM \(fixture.database).t_\(key.name)")
                #expect(count == "\(key.rows.count)", "\(key.name)")
                let columns = key.columns.split(separator: ", ").map { $0.split(separator: " ")[0] }
                let shown = columns.map { "HEX(CONCAT(\($0)))" }.joined(separator: ", ")
                let order = columns.map { "HEX(CONCAT(\($0)))" }.joined(separator: ", ")
                try fixture.expectEqual("SELECT \(shown) FROM DB.t_\(key.name) ORDER BY \(order)")
            }
            try fixture.expectDone()
        }
    }

    /// A unique key takes the place of a primary key, also one over generated columns.
    @Test(arguments: Route.allCases)
    func otherKeys(_ route: Route) async throws {
        try await withFixture(
            "other_keys",
            route,
            schema: """
                CREATE TABLE u (a INT NOT NULL, b INT, UNIQUE KEY z (b), UNIQUE KEY uk (a))
                \n;\n
                INSERT INTO u VALUES (1, NULL), (2, NULL), (3, 5), (4, 6)
                \n;\n
                CREATE TABLE g (a INT, k INT GENERATED ALWAYS AS (a * 2) STORED \(route.source.isMariaDB ? "" : "NOT NULL"), PRIMARY KEY (a), UNIQUE KEY (k))
                \n;\n
                INSERT INTO g (a) VALUES (1), (2), (3), (4)
                """
        ) { fixture in
            try fixture.initialize(chunkRows: 1)
            try fixture.expectEqual("SELECT a, b FROM DB.u ORDER BY a")
            try fixture.expectEqual("SELECT a, k FROM DB.g ORDER BY a")
        }
    }

    private static let manyRows = """
        CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a VARCHAR(40), b DOUBLE)
        \n;\n
        INSERT INTO t (a, b) VALUES (UUID(), RAND()), (UUID(), RAND()), (UUID(), RAND()), (UUID(), RAND())
        \n;\n
        \(Array(repeating: "INSERT INTO t (a, b) SELECT UUID(), RAND() FROM t", count: 9).joined(separator: "\n;\n"))
        \n;\n
        CREATE TABLE s (k VARCHAR(50) COLLATE utf8mb4_unicode_ci, n INT, PRIMARY KEY (k, n))
        \n;\n
        INSERT INTO s SELECT CHAR(65 + id % 26 USING utf8mb4), id FROM t WHERE id % 2 = 0
        """

    private static func expectEqual(_ fixture: LoadFixture) throws {
        try fixture.expectEqual("SELECT COUNT(*), SUM(id), SUM(CRC32(CONCAT_WS(',', id, a, b))) FROM DB.t")
        try fixture.expectEqual("SELECT COUNT(*), SUM(n), SUM(CRC32(CONCAT_WS(',', k, n))) FROM DB.s")
        try fixture.expectDone()
    }

    /// Connections are cut at random moments, again and again; in the end every row is there once.
    @Test(arguments: [Route.mysql, .mariaDB], 0..<2)
    func interruptionsLoseAndDoubleNothing(_ route: Route, _ seed: Int) async throws {
        try await withFixture("cut_\(seed)", route, schema: Self.manyRows) { fixture in
            let context = try fixture.context()
            try StructureInitializer(context).run()
            try fixture.loadCutOff(within: 400, threads: 4, chunkRows: 31)
            try Self.expectEqual(fixture)
        }
    }

    /// Whoever was overtaken by a newer worker cannot commit any more.
    @Test(arguments: [Route.mysql, .mariaDB])
    func aStaleWorkerIsFenced(_ route: Route) async throws {
        try await withFixture("fenced", route, schema: Self.manyRows) { fixture in
            let context = try fixture.context()
            try StructureInitializer(context).run()
            _ = try fixture.context()
            let failure = #expect(throws: Failure.self) { try fixture.load(context, chunkRows: 100) }
            #expect(failure?.code == .fenced)
            #expect(try fixture.target.value("SELECT COUNT(*) FROM \(fixture.database).t") == "0")
            try fixture.load(chunkRows: 1000)
            try Self.expectEqual(fixture)
        }
    }

    @Test func progressAndStop() async throws {
        try await withFixture("progress", .mysql, schema: Self.manyRows) { fixture in
            _ = try fixture.source.rows("ANALYZE TABLE t, s")
            let context = try fixture.context(limits: Limits(rowsPerSecond: 100, loadThreads: 2))
            try StructureInitializer(context).run()
            let last = Mutex(LoadProgress())
            let control = context.control
            WorkerThread.start("stopper") {
                usleep(1_500_000)
                control.stop()
            }
            let clock = ContinuousClock()
            let begin = clock.now
            #expect(throws: Stopped.self) {
                try fixture.load(context, progress: { progress in last.withLock { $0 = progress } })
            }
            #expect(clock.now - begin < .seconds(60))
            let stopped = last.withLock { $0 }
            #expect(stopped.tablesTotal == 2)
            #expect(stopped.rowsDone < 2000, "more than the ceiling lets through")
            try fixture.load(progress: { progress in last.withLock { $0 = progress } })
            let whole = last.withLock { $0 }
            #expect(whole.tablesDone == 2)
            #expect(whole.rowsDone == 3072)
            try Self.expectEqual(fixture)
        }
    }

    @Test(arguments: Route.allCases)
    func mappedNames(_ route: Route) async throws {
        try await withFixture(
            "mapped",
            route,
            schema: """
                CREATE TABLE a (id INT PRIMARY KEY, p INT)
                \n;\n
                CREATE TABLE `b``2` (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES a (id))
                \n;\n
                CREATE TABLE other (id INT PRIMARY KEY)
                \n;\n
                INSERT INTO a VALUES (1, 2)
                \n;\n
                INSERT INTO `b``2` VALUES (5, 1)
                \n;\n
                CREATE VIEW v AS SELECT a.id, x.p FROM a JOIN `b``2` x ON x.p = a.id
                """
        ) { fixture in
            let there = fixture.database + "_there"
            try fixture.target.execute("DROP DATABASE IF EXISTS \(there)")
            fixture.spec.objects = [
                ObjectSelection(
                    database: fixture.database,
                    mappedTo: there,
                    tables: [TableSelection(name: "a", mappedTo: "a west"), TableSelection(name: "b`2")],
                    views: ["v"]
                )
            ]
            try fixture.initialize()
            #expect(try fixture.target.rows("SELECT * FROM \(there).`a west`") == [["1", "2"]])
            #expect(try fixture.target.rows("SELECT * FROM \(there).`b``2`") == [["5", "1"]])
            #expect(try fixture.target.rows("SELECT * FROM \(there).v") == [["1", "1"]])
            #expect(try fixture.target.rows("SHOW TABLES FROM \(there)").count == 3)
            let references = try fixture.target.rows(
                "SELECT REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = '\(there)' AND REFERENCED_TABLE_NAME IS NOT NULL"
            )
            #expect(references == [[there, "a west"]])
            try fixture.target.execute("DROP DATABASE \(there)")
        }
    }
}
