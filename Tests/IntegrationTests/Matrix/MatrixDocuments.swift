import TestSupport

extension MatrixFamily {
    static let documents = MatrixFamily(
        name: "documents",
        columns: [
            MatrixColumn(
                "plain", "JSON",
                [
                    #"'{"a": 1, "b": [1, "x\\n", null, true, false, {}], "": []}'"#, #"'"lone ü😀 \\u0000 \\\\ \'"'"#, "'[]'", "'5'", "'null'",
                    "'-9223372036854775808'", "'18446744073709551615'",
                    "CONCAT('[\"', REPEAT('x', 70000), '\", \"', REPEAT('ü', 70000), '\"]')",
                ], key: .none),
            MatrixColumn(
                "doubles", "JSON",
                ["'[0.1, 1e22, 1.7976931348623157e308, 5e-324, 0.30000000000000004, 123456789012345678.0, -0.0]'", "'[1.5, 2.5e0, 1e15, 1e16, 100.0]'"],
                key: .none),
            MatrixColumn(
                "numbers", "JSON",
                [
                    "JSON_ARRAY(CAST(5 AS UNSIGNED), 5, CAST(18446744073709551615 AS UNSIGNED), -9223372036854775808, CAST(4294967296 AS SIGNED))",
                    "JSON_ARRAY(0.10, CAST('12345678901234567890.123456789' AS DECIMAL(40,9)), -1.50, 1e22, -0e0, 2.5e0, 123456789012345678e0)",
                    "JSON_OBJECT('a', 1.5, 'k\"ey', CAST(2 AS UNSIGNED), 'a.b', JSON_ARRAY(3.50), '', 4.5)",
                    "JSON_EXTRACT(JSON_ARRAY(0.10), '$[0]')",
                ], key: .none, on: [.mysql]),
            MatrixColumn(
                "opaque", "JSON",
                [
                    "JSON_OBJECT('at', TIMESTAMP'2024-02-29 12:34:56.789012', 'day', DATE'2024-01-01', 'time', TIME'-01:02:03.5')",
                    "JSON_ARRAY(CAST('abc' AS BINARY), x'5C27FF00', REPEAT(x'6E5C', 100))",
                    "JSON_EXTRACT(JSON_ARRAY(TIMESTAMP'2024-01-01 00:00:00'), '$[0]')",
                    "(SELECT JSON_OBJECT('bit', b, 'stamp', t, 'blob', l, 'year', y) FROM JSON_TABLE('[1]', '$[*]' COLUMNS (b BIT(12) PATH '$', "
                        + "t TIMESTAMP(6) PATH '$.x' DEFAULT '\"2024-01-01 00:00:00.5\"' ON EMPTY, l BLOB PATH '$', y YEAR PATH '$')) s)",
                ], key: .none, on: [.mysql]),
            MatrixColumn(
                "large", "JSON",
                [
                    "(SELECT JSON_OBJECTAGG(CONCAT('key', i), JSON_ARRAY(i, REPEAT('v', 60))) FROM "
                        + "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i FROM n) s)",
                    "'{}'",
                ], key: .none, on: [.mysql]),
            MatrixColumn(
                "text", "JSON", [#"'{"b": 1.50,   "a": [1e5, "x"], "b": 2}'"#, "'12345678901234567890123'", "'[ ]'"], key: .none, on: .anyMariaDB),
        ])

    static let shapes = MatrixFamily(
        name: "shapes",
        columns: [
            shape("geometry", ["POINT(1 2)", "LINESTRING(0 0,1 1.5)", "GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,-1 -1))"]),
            shape("point", ["POINT(0 0)", "POINT(-0.1 1e300)"]),
            shape("linestring", ["LINESTRING(0 0,1 1)", "LINESTRING(0 0,1 1,2 2.25)"]),
            shape("polygon", ["POLYGON((0 0,0 1,1 1,0 0))", "POLYGON((0 0,0 9,9 9,9 0,0 0),(1 1,1 2,2 2,1 1))"]),
            shape("multipoint", ["MULTIPOINT(0 0,1 1)", "MULTIPOINT(5 5)"]),
            shape("multilinestring", ["MULTILINESTRING((0 0,1 1),(2 2,3 3))", "MULTILINESTRING((0 0,1 1))"]),
            shape("multipolygon", ["MULTIPOLYGON(((0 0,0 1,1 1,0 0)))", "MULTIPOLYGON(((0 0,0 3,3 3,0 0)),((5 5,5 6,6 6,5 5)))"]),
            shape("geometrycollection", ["GEOMETRYCOLLECTION(POINT(1 1))", "GEOMETRYCOLLECTION(POINT(2 2),POINT(3 3))"]),
            MatrixColumn(
                "on_earth", "GEOMETRY", ["ST_GeomFromText('POINT(52.5 13.4)', 4326)", "ST_GeomFromText('POINT(1 2)', 3857)", "ST_GeomFromText('POINT(1 2)', 0)"],
                key: .none),
            MatrixColumn(
                "fixed_srid", "POINT SRID 4326", ["ST_GeomFromText('POINT(52.5 13.4)', 4326)", "ST_GeomFromText('POINT(1 2)', 4326)"], key: .none,
                on: [.mysql]),
            MatrixColumn(
                "vector", "VECTOR(3)", ["x'0000803F0000004000004040'", "x'CDCCCC3DCDCCCCBD00000080'"],
                key: .none, on: [.mysql, .mariadb11]),
        ])

    private static func shape(_ type: String, _ values: [String]) -> MatrixColumn {
        MatrixColumn("a_\(type)", type, values.map { "ST_GeomFromText('\($0)')" }, key: .none)
    }

    static let addresses = MatrixFamily(
        name: "addresses",
        columns: [
            MatrixColumn(
                "uuid", "UUID",
                ["'123e4567-e89b-12d3-a456-426655440000'", "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"]
                    + (1...8).map { "'0188c6a5-7c00-\($0)000-8abc-00000000000\($0)'" } + ["'0188c6a5-7c00-4000-ff00-000000000000'", "'0188c6a5-7c00-4000-0f00-0000000000ab'"],
                on: .newerMariaDB),
            MatrixColumn("inet4", "INET4", ["'192.0.2.1'", "'0.0.0.0'", "'255.255.255.255'", "'10.0.0.0'"], on: .newerMariaDB),
            MatrixColumn(
                "inet6", "INET6",
                ["'2001:db8::ff00:42:8329'", "'::'", "'::1'", "'::192.0.2.1'", "'::ffff:192.0.2.1'", "'fe80::'", "'1:0:0:2::3'", "'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'"],
                on: .anyMariaDB),
            MatrixColumn("squeezed_text", "TEXT COMPRESSED", ["REPEAT('long ü', 1000)", "'short'", "''"], key: .none, on: .anyMariaDB),
            MatrixColumn("squeezed_varchar", "VARCHAR(3000) COMPRESSED", ["REPEAT('long ', 500)", "'short'", "''"], key: .none, on: .anyMariaDB),
            MatrixColumn("squeezed_blob", "BLOB COMPRESSED", ["REPEAT(x'00FF5C27', 1000)", "x'00'", "''"], key: .none, on: .anyMariaDB),
            MatrixColumn("squeezed_binary", "VARBINARY(300) COMPRESSED", ["REPEAT(x'00FF5C27', 70)", "x'00'", "''"], key: .none, on: .anyMariaDB),
        ])

    static let all: [MatrixFamily] = [
        integers, decimals, floats, bits, temporals, textsOfOneByte, textsOfMoreBytes, lengths, binaries, members, documents, shapes, addresses,
    ]
}
