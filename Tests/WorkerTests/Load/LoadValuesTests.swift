import SyncModel
import SyncMySQL
import Testing
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema

/// Values of every type arrive as they were, by the path of the load.
@Suite struct LoadValuesTests {
    /// A type, values of it as literals, and how a server shows all of a value.
    struct ColumnCase: Sendable {
        var name: String
        var definition: String
        var values: [String]
        var shown: String = "HEX(v)"
    }

    /// Every byte there is, in hexadecimal.
    private static let allBytes = (0...255).map { String($0 + 256, radix: 16).dropFirst() }.joined()

    static let types: [ColumnCase] = [
        ColumnCase(name: "tinyint", definition: "TINYINT", values: ["-128", "127", "0"], shown: "v"),
        ColumnCase(name: "utinyint", definition: "TINYINT UNSIGNED", values: ["255"], shown: "v"),
        ColumnCase(name: "smallint", definition: "SMALLINT", values: ["-32768", "32767"], shown: "v"),
        ColumnCase(name: "umediumint", definition: "MEDIUMINT UNSIGNED", values: ["16777215", "0"], shown: "v"),
        ColumnCase(name: "mediumint", definition: "MEDIUMINT", values: ["-8388608", "8388607"], shown: "v"),
        ColumnCase(name: "int", definition: "INT", values: ["-2147483648", "2147483647"], shown: "v"),
        ColumnCase(
            name: "bigint",
            definition: "BIGINT",
            values: ["-9223372036854775808", "9223372036854775807"],
            shown: "v"
        ),
        ColumnCase(name: "ubigint", definition: "BIGINT UNSIGNED", values: ["18446744073709551615", "0"], shown: "v"),
        ColumnCase(
            name: "zerofill",
            definition: "INT(6) UNSIGNED ZEROFILL",
            values: ["42", "4294967295"],
            shown: "v + 0"
        ),
        ColumnCase(
            name: "decimal",
            definition: "DECIMAL(65,30)",
            values: [
                "-99999999999999999999999999999999999.999999999999999999999999999999",
                "0.000000000000000000000000000001",
            ],
            shown: "v"
        ),
        ColumnCase(name: "decimal0", definition: "DECIMAL(10,0)", values: ["-1", "9999999999"], shown: "v"),
        ColumnCase(
            name: "double",
            definition: "DOUBLE",
            values: [
                "0.1", "-1.7976931348623157e308", "5e-324", "1e22", "123456789012345678", "2.2250738585072014e-308",
                "0.30000000000000004",
            ],
            shown: "v * 1e0"
        ),
        ColumnCase(
            name: "float",
            definition: "FLOAT",
            values: ["0.1", "3.4028234663852886e38", "1.401298464324817e-45", "16777216", "-1.1754943508222875e-38"],
            shown: "v * 1e0"
        ),
        ColumnCase(
            name: "float74",
            definition: "FLOAT(7,4)",
            values: ["999.9999", "-0.0001", "123.4567", "0.3"],
            shown: "v * 1e0"
        ),
        ColumnCase(
            name: "double102",
            definition: "DOUBLE(10,2)",
            values: ["99999999.99", "-0.01", "1.005", "12345678.91"],
            shown: "v * 1e0"
        ),
        ColumnCase(name: "bit1", definition: "BIT(1)", values: ["b'0'", "b'1'"], shown: "CAST(v AS UNSIGNED)"),
        ColumnCase(name: "bit9", definition: "BIT(9)", values: ["b'100000001'", "39"], shown: "CAST(v AS UNSIGNED)"),
        ColumnCase(
            name: "bit64",
            definition: "BIT(64)",
            values: ["18446744073709551615", "9223372036854775808", "x'5C275C27'"],
            shown: "CAST(v AS UNSIGNED)"
        ),
        ColumnCase(
            name: "enum",
            definition: "ENUM('','a','it''s','ü') CHARACTER SET latin1",
            values: ["1", "2", "3", "4"],
            shown: "CONCAT(CAST(v AS UNSIGNED), HEX(v))"
        ),
        ColumnCase(
            name: "enumZero",
            definition: "ENUM('','a','b')",
            values: ["0", "1", "0", "3", "0"],
            shown: "CAST(v AS UNSIGNED)"
        ),
        ColumnCase(name: "set", definition: "SET('a','b','ü')", values: ["0", "5", "7"], shown: "CAST(v AS UNSIGNED)"),
        ColumnCase(
            name: "set64",
            definition: "SET(\((1...64).map { "'m\($0)'" }.joined(separator: ",")))",
            values: ["18446744073709551615", "9223372036854775808", "1"],
            shown: "CAST(v AS UNSIGNED)"
        ),
        ColumnCase(
            name: "year",
            definition: "YEAR",
            values: ["0", "1901", "2155", "2000"],
            shown: "CONCAT(v, '|', v + 0)"
        ),
        ColumnCase(
            name: "date",
            definition: "DATE",
            values: ["'0000-00-00'", "'2024-00-00'", "'2024-02-31'", "'9999-12-31'", "'0001-01-01'"],
            shown: "v"
        ),
        ColumnCase(
            name: "time6",
            definition: "TIME(6)",
            values: ["'-838:59:59.000000'", "'838:59:59'", "'-00:00:00.120000'", "'00:00:00.000001'", "'-00:00:01'"],
            shown: "v"
        ),
        ColumnCase(name: "time0", definition: "TIME", values: ["'-12:34:56'", "'0'"], shown: "v"),
        ColumnCase(
            name: "datetime6",
            definition: "DATETIME(6)",
            values: ["'0000-00-00'", "'2024-00-10 00:00:00.5'", "'9999-12-31 23:59:59.999999'", "'1000-01-01'"],
            shown: "v"
        ),
        ColumnCase(
            name: "timestamp3",
            definition: "TIMESTAMP(3) NULL",
            values: [
                "'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07.999'",
                "'2024-10-27 00:30:00.1'", "'2024-10-27 01:30:00.1'",
            ],
            shown: "v"
        ),
        ColumnCase(
            name: "char",
            definition: "CHAR(10) CHARACTER SET utf8mb4",
            values: ["''", "'a '", "'ü€😀'", "'it''s \\\\ \\n\\r\\0'"]
        ),
        ColumnCase(
            name: "varchar",
            definition: "VARCHAR(20) CHARACTER SET utf8mb4",
            values: ["'a  '", "' '", "'\\0\\0'", "'\\'\\\"\\\\'"]
        ),
        ColumnCase(name: "latin1", definition: "VARCHAR(20) CHARACTER SET latin1", values: ["x'80E9FF5C2700'", "'é'"]),
        ColumnCase(name: "utf16", definition: "VARCHAR(20) CHARACTER SET utf16", values: ["x'0061D83DDE00005C0027'"]),
        ColumnCase(name: "ucs2", definition: "CHAR(5) CHARACTER SET ucs2", values: ["x'00610020'"]),
        ColumnCase(name: "gbk", definition: "VARCHAR(20) CHARACTER SET gbk", values: ["x'815C'", "x'C4E3BAC3'"]),
        ColumnCase(name: "sjis", definition: "VARCHAR(20) CHARACTER SET sjis", values: ["x'835C'", "x'5C5C'"]),
        ColumnCase(name: "ujis", definition: "VARCHAR(20) CHARACTER SET ujis", values: ["x'B4C1'"]),
        ColumnCase(
            name: "binary16",
            definition: "BINARY(16)",
            values: ["x'00112233445566778899AABBCCDD0000'", "x'FF'"]
        ),
        ColumnCase(
            name: "controls",
            definition: "VARBINARY(40)",
            values: ["x'090A0D5C4E'", "'\\\\N'", "x'5C'", "x'0A'", "'\\t\\t'", "x'1A00'"]
        ),
        ColumnCase(name: "varbinary", definition: "VARBINARY(300)", values: ["x'\(allBytes)'", "''", "x'00'"]),
        ColumnCase(
            name: "blob",
            definition: "BLOB",
            values: ["x'5C275C2700FF'", "REPEAT(x'5C', 60000)"],
            shown: "CONCAT(LENGTH(v), SHA2(v, 256))"
        ),
        ColumnCase(
            name: "longblob",
            definition: "LONGBLOB",
            values: ["REPEAT(x'27', 3000000)"],
            shown: "CONCAT(LENGTH(v), SHA2(v, 256))"
        ),
        ColumnCase(
            name: "text",
            definition: "TEXT CHARACTER SET utf8mb4",
            values: ["REPEAT('ü\\'', 20000)"],
            shown: "CONCAT(LENGTH(v), SHA2(v, 256))"
        ),
        ColumnCase(
            name: "geometry",
            definition: "GEOMETRY",
            values: [
                "ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POLYGON((0 0,0 1,1 1,0 0))', 4326)",
                "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))')",
            ]
        ),
        ColumnCase(
            name: "json",
            definition: "JSON",
            values: ["'{\"b\": [1, \"x\\\\n\", null, true], \"a\": {}}'", "'\"\\\\u0000\\'\"'", "'[]'", "'5'"],
            shown: "CAST(v AS CHAR)"
        ),
    ]

    @Test(arguments: Route.allCases, [true, false])
    func everyTypeIsExact(_ route: Route, _ mayUseFiles: Bool) async throws {
        let script = Self.types.map { type in
            let rows = (type.values + ["NULL"]).enumerated().map { "(\($0 + 1), \($1), \($0))" }.joined(separator: ", ")
            return """
                CREATE TABLE t_\(type.name) (id INT PRIMARY KEY, v \(type.definition), tail INT)
                \n;\n
                INSERT INTO t_\(type.name) VALUES \(rows)
                """
        }.joined(separator: "\n;\n")
        try await withFixture("types_\(mayUseFiles)", route, schema: script) { fixture in
            try fixture.initialize(mayUseFiles: mayUseFiles)
            for type in Self.types {
                try fixture.expectEqual("SELECT id, \(type.shown), tail FROM DB.t_\(type.name) ORDER BY id")
            }
            try fixture.expectDone()
        }
    }

    /// Only MySQL can hold it: MariaDB stores 0.
    @Test func negativeZeroIsKept() async throws {
        try await withFixture(
            "negative_zero",
            .mysql,
            schema:
                "CREATE TABLE t (id INT PRIMARY KEY, d DOUBLE, f FLOAT)\n;\nINSERT INTO t VALUES (1, -0e0, -0e0), (2, 0, 0)"
        ) { fixture in
            try fixture.initialize()
            #expect(
                try fixture.target.rows("SELECT d, f FROM \(fixture.database).t ORDER BY id") == [
                    ["-0", "-0"], ["0", "0"],
                ]
            )
        }
    }

    @Test(arguments: Route.allCases)
    func randomDoublesAreExact(_ route: Route) async throws {
        try await withFixture(
            "random_doubles",
            route,
            schema:
                "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, d DOUBLE, f FLOAT, g FLOAT(10,3), h DOUBLE(20,6))"
        ) { fixture in
            try fixture.source.execute("INSERT INTO t (d) VALUES (1)")
            for _ in 0..<12 {
                try fixture.source.execute(
                    """
                    INSERT INTO t (d, f, g, h) SELECT (RAND() - 0.5) * POW(10, FLOOR(RAND() * 600) - 300), (RAND() - 0.5) * POW(10, FLOOR(RAND() * 70) - 35),
                        (RAND() - 0.5) * POW(10, FLOOR(RAND() * 7)), (RAND() - 0.5) * POW(10, FLOOR(RAND() * 14)) FROM t
                    """
                )
            }
            // A server that copies a DOUBLE into a DOUBLE(M,D) may leave it unrounded; no other statement can make such a value.
            try fixture.source.execute("UPDATE t SET g = ROUND(g, 3), h = ROUND(h, 6)")
            try fixture.initialize()
            try fixture.expectEqual("SELECT id, d * 1e0, f * 1e0, g * 1e0, h * 1e0 FROM DB.t ORDER BY id")
        }
    }

    @Test(arguments: Route.allCases)
    func generatedAndInvisibleColumns(_ route: Route) async throws {
        try await withFixture(
            "generated",
            route,
            schema: """
                CREATE TABLE t (id INT PRIMARY KEY, a INT, v INT GENERATED ALWAYS AS (a + 1) VIRTUAL, s VARCHAR(20) GENERATED ALWAYS AS (CONCAT('x', a)) STORED,
                    hidden INT INVISIBLE DEFAULT 7, b INT)
                \n;\n
                INSERT INTO t (id, a, hidden, b) VALUES (0, 5, 99, 1), (1, NULL, NULL, 2)
                """
        ) { fixture in
            try fixture.initialize()
            try fixture.expectEqual("SELECT id, a, v, s, hidden, b FROM DB.t ORDER BY id")
        }
    }

    /// A row that is longer than a statement usually is travels alone.
    @Test(arguments: [Route.mysql, .mariaDB])
    func longRows(_ route: Route) async throws {
        try await withFixture(
            "long_rows",
            route,
            schema: """
                CREATE TABLE t (id INT PRIMARY KEY, b LONGBLOB)
                \n;\n
                INSERT INTO t VALUES (1, 'a'), (2, REPEAT(x'5C', 5000000)), (3, 'b'), (4, REPEAT('x', 2000000)), (5, REPEAT('y', 900000))
                """
        ) { fixture in
            var context = try fixture.context()
            try StructureInitializer(context).run()
            // Statements of ten megabytes at most: the second row just fits when it is alone.
            context.targetProfile.maxAllowedPacket = 10_010_000
            try fixture.load(context, mayUseFiles: false)
            try fixture.expectEqual("SELECT id, LENGTH(b), SHA2(b, 256) FROM DB.t ORDER BY id")
        }
    }

    @Test func aRowThatIsTooLongIsRefused() async throws {
        try await withFixture(
            "too_long",
            .mysql,
            schema:
                "CREATE TABLE t (id INT PRIMARY KEY, b LONGBLOB)\n;\nINSERT INTO t VALUES (1, REPEAT(x'5C', 600000))"
        ) { fixture in
            var context = try fixture.context()
            try StructureInitializer(context).run()
            context.targetProfile.maxAllowedPacket = 1 << 20
            let failure = #expect(throws: Failure.self) { try fixture.load(context, mayUseFiles: false) }
            #expect(failure?.code == .rowTooLarge)
            #expect(try fixture.target.value("SELECT COUNT(*) FROM \(fixture.database).t") == "0")
        }
    }
}
