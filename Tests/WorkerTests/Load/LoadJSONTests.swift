import SyncModel
import SyncMySQL
import Testing
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema

/// JSON documents of MySQL keep the types of their values, which their text does not show.
@Suite struct LoadJSONTests {
    private static let documents = [
        "JSON_OBJECT('at', TIMESTAMP'2024-02-29 12:34:56.789012', 'day', DATE'2024-01-01', 'time', TIME'-01:02:03.5', 'text', '2024-01-01')",
        "JSON_OBJECT('price', 0.10, 'exact', CAST('12345678901234567890.123456789' AS DECIMAL(40,9)), 'f', 0.1e0, 'neg', -1.50)",
        "JSON_ARRAY(CAST(5 AS UNSIGNED), 5, CAST(18446744073709551615 AS UNSIGNED), -9223372036854775808, 4294967296, CAST(4294967296 AS UNSIGNED), 9223372036854775807)",
        "JSON_ARRAY(1e22, 1.7976931348623157e308, 5e-324, 0.30000000000000004e0, 123456789012345678e0, -0e0, 100e0, 1e15, 1e16, 2.5e0)",
        "JSON_OBJECT('a', JSON_OBJECT('b', JSON_ARRAY(1, JSON_ARRAY(CAST(2 AS UNSIGNED), JSON_OBJECT('c', 1.5))), 'k\"ey', 2.50), 'e\\\\f', JSON_ARRAY(3.5), '', 4.5, 'ü', 5.5, 'a.b', 6.5)",
        "JSON_ARRAY(CAST('abc' AS BINARY), x'5C27FF00', REPEAT(x'6E5C', 100))",
        "JSON_EXTRACT(JSON_ARRAY(TIMESTAMP'2024-01-01 00:00:00'), '$[0]')", "JSON_EXTRACT(JSON_ARRAY(0.10), '$[0]')",
        "CAST(CAST(7 AS UNSIGNED) AS JSON)", "CAST('null' AS JSON)", "CAST('\"base64:type15:YWJj\"' AS JSON)",
        "CAST('[]' AS JSON)",
        "JSON_ARRAY('\\0\\n\\t\"\\\\', '😀', '\\'', '', true, false, NULL)", "NULL",
        "JSON_OBJECT('a', NULL, 'b', 1.50, 'c', JSON_ARRAY(NULL, 2.50, NULL))",
        "CAST('{\"a\": {}, \"b\": [1, \"x\\\\n\", null, true]}' AS JSON)",
    ]

    private static let schema = """
        CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, j JSON, n INT)
        \n;\n
        \(documents.map { "INSERT INTO t (j, n) VALUES (\($0), 1)" }.joined(separator: "\n;\n"))
        \n;\n
        CREATE TABLE made (id INT PRIMARY KEY, ts TIMESTAMP(6), b BLOB, f BINARY(4), bits BIT(12), v VARBINARY(10), y YEAR, e ENUM('x'), s SET('a', 'b'), g GEOMETRY, d DOUBLE, fl FLOAT)
        \n;\n
        INSERT INTO made VALUES (1, '2024-10-27 00:30:00.5', x'00FF', x'0102', 9, 'v', 2024, 'x', 'a,b', ST_GeomFromText('POINT(1 2)'), 0.1, 0.1)
        \n;\n
        INSERT INTO t (j, n) SELECT JSON_OBJECT('ts', ts, 'b', b, 'f', f, 'bits', bits, 'v', v, 'y', y, 'e', e, 's', s, 'g', g, 'd', d, 'fl', fl), 2 FROM made
        \n;\n
        INSERT INTO t (j, n) SELECT JSON_EXTRACT(JSON_OBJECT('ts', ts), '$.ts'), 3 FROM made
        """

    /// All types of a document, in an order that only depends on the document.
    private static let types = """
        CONCAT(JSON_TYPE(j), COALESCE((SELECT GROUP_CONCAT(JSON_TYPE(v) ORDER BY o) FROM JSON_TABLE(j, '$**.*' COLUMNS (o FOR ORDINALITY, v JSON PATH '$')) x), ''),
            COALESCE((SELECT GROUP_CONCAT(JSON_TYPE(v) ORDER BY o) FROM JSON_TABLE(j, '$**[*]' COLUMNS (o FOR ORDINALITY, v JSON PATH '$')) x), ''))
        """

    @Test func typesAreKept() async throws {
        try await withFixture("json", .mysql, schema: Self.schema) { fixture in
            try fixture.initialize(chunkRows: 5)
            try fixture.expectEqual(
                "SELECT id, CAST(j AS CHAR), JSON_STORAGE_SIZE(j) > 0, \(Self.types) FROM DB.t ORDER BY id"
            )
        }
    }

    @Test func typesAreKeptBesideExistingRows() async throws {
        try await withFixture("json_existing", .mysql, schema: Self.schema) { fixture in
            fixture.spec.conflict = .overwrite
            fixture.spec.ifTargetExists = .ignore
            try StructureInitializer(try fixture.context()).run()
            try fixture.target.execute(
                "INSERT INTO \(fixture.database).t VALUES (1, '{}', 1), (2, '{\"at\": 1}', 1), (7, '5', 1)"
            )
            try fixture.load()
            try fixture.expectEqual("SELECT id, CAST(j AS CHAR), \(Self.types) FROM DB.t ORDER BY id")
        }
    }

    @Test func randomNumbersAreExact() async throws {
        try await withFixture(
            "json_random",
            .mysql,
            schema: "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, j JSON)"
        ) { fixture in
            try fixture.source.execute("INSERT INTO t (j) VALUES ('1.5')")
            for _ in 0..<11 {
                try fixture.source.execute(
                    "INSERT INTO t (j) SELECT JSON_ARRAY((RAND() - 0.5) * POW(10, FLOOR(RAND() * 600) - 300), RAND(), RAND() * 1e15, FLOOR(RAND() * 1e10)) FROM t"
                )
            }
            try fixture.initialize()
            try fixture.expectEqual("SELECT id, CAST(j AS CHAR), \(Self.types) FROM DB.t ORDER BY id")
        }
    }

    /// MariaDB keeps the text.
    @Test(arguments: [Route.mysqlToMariaDB, .mariaDB, .mariaDBToMySQL])
    func textIsKept(_ route: Route) async throws {
        try await withFixture(
            "json_text",
            route,
            schema: """
                CREATE TABLE t (id INT PRIMARY KEY, j JSON)
                \n;\n
                INSERT INTO t VALUES (1, '{"b": 1.50,  "a": [1e5, "x\\\\u0041\\\\n"]}'), (2, '12345678901234567890123'), (3, NULL)
                """
        ) { fixture in
            try fixture.initialize()
            try fixture.expectEqual("SELECT id, CAST(j AS CHAR) FROM DB.t ORDER BY id")
        }
    }
}
