#!/usr/bin/env python3
"""Makes the binlog fixtures of this folder from running servers.

usage: capture.py KIND PORT BINLOG_DIRECTORY     KIND is mysql, mariadb or mariadb11 (deploy/servers start KIND …)

Writes NAME.binlog (the server's own file) and NAME.expected: for each row that was inserted with an id, one line
`table<TAB>id<TAB>column<TAB>hex`, where hex is what the server sent in the text protocol for the column in a session with
SET NAMES binary and time_zone '+00:00' (ENUM, BIT, YEAR as column+0, SET as CAST(column AS UNSIGNED), FLOAT and DOUBLE as column*1e0), or NULL. More
than 1000 bytes are written as `#length:crc32`.
NAME.stream files hold the events of a replication connection one after another, up to the first heartbeat.
Needs the Python package pymysql.
"""
import os
import shutil
import struct
import sys
import zlib

import pymysql

KIND, PORT, LOGS = sys.argv[1], int(sys.argv[2]), sys.argv[3]
HERE = os.path.dirname(os.path.abspath(__file__))
MYSQL = KIND == "mysql"
LENIENT = "NO_AUTO_VALUE_ON_ZERO"

conn = pymysql.connect(host="127.0.0.1", port=PORT, user="dts", password="dts", charset="latin1", autocommit=True)
conn.encoding = "utf8"
conn.use_unicode = False
cur = conn.cursor()


def run(*statements):
    for statement in statements:
        cur.execute(statement)


def rows(statement):
    cur.execute(statement)
    return cur.fetchall()


def raw(statement):
    """Rows as the bytes that the server sent."""
    conn.query(statement, unbuffered=False)
    return conn._result.rows


# No conversion: pymysql hands out what it reads.
conn.decoders = {}


def start():
    run("SET NAMES binary", "SET time_zone='+00:00'", f"SET sql_mode='{LENIENT}'")


def current():
    statement = "SHOW BINARY LOG STATUS" if MYSQL else "SHOW MASTER STATUS"
    return rows(statement)[0][0].decode()


def capture(name, tables=(), finish=()):
    """Closes the current file and copies it; asks for the rows of the tables as they are now."""
    file = current()
    lines = []
    run("SET NAMES binary")
    for table in tables:
        info = rows(
            "SELECT column_name, IF(column_type LIKE '%zerofill', 'bit', data_type) FROM information_schema.columns "
            f"WHERE table_schema='fx' AND table_name='{table}' ORDER BY ordinal_position"
        )
        columns = [(c.decode(), t.decode().lower()) for c, t in info]
        exprs = []
        for column, kind in columns:
            if kind == "set":
                # As a number it would be signed, and beyond 2^63 not even whole.
                exprs.append(f"CAST(`{column}` AS UNSIGNED)")
            elif kind in ("enum", "bit", "year"):
                exprs.append(f"`{column}`+0")
            elif kind in ("float", "double"):
                exprs.append(f"`{column}`*1e0")
            else:
                exprs.append(f"`{column}`")
        for row in raw(f"SELECT {', '.join(exprs)} FROM fx.`{table}` ORDER BY id"):
            for (column, _), value in zip(columns, row):
                text = "NULL" if value is None else value.hex()
                if value is not None and len(value) > 1000:
                    text = f"#{len(value)}:{zlib.crc32(value):08x}"
                lines.append(f"{table}\t{row[0].decode()}\t{column}\t{text}\n")
    run(*finish)
    run("FLUSH BINARY LOGS")
    shutil.copyfile(os.path.join(LOGS, file), os.path.join(HERE, f"{name}.binlog"))
    if lines:
        with open(os.path.join(HERE, f"{name}.expected"), "w") as out:
            out.writelines(lines)
    print(name, os.path.getsize(os.path.join(HERE, f"{name}.binlog")))


def insert(table, *values):
    for index, value in enumerate(values):
        run(f"INSERT INTO fx.{table} VALUES ({index + 1}, {value})")


def quoted(data):
    return "x'" + data.hex() + "'" if data else "''"


ALL_BYTES = bytes(range(256))


# ---------------------------------------------------------------------------------------------------- numbers
def numbers():
    run(
        "CREATE TABLE fx.ints (id INT PRIMARY KEY, t TINYINT, tu TINYINT UNSIGNED, s SMALLINT, su SMALLINT UNSIGNED,"
        " m MEDIUMINT, mu MEDIUMINT UNSIGNED, i INT, iu INT UNSIGNED ZEROFILL, b BIGINT, bu BIGINT UNSIGNED, y YEAR)",
        "CREATE TABLE fx.bits (id INT PRIMARY KEY, b1 BIT(1), b7 BIT(7), b8 BIT(8), b9 BIT(9), b33 BIT(33), b63 BIT(63),"
        " b64 BIT(64))",
        "CREATE TABLE fx.decimals (id INT PRIMARY KEY, a DECIMAL(1,0), b DECIMAL(5,0), c DECIMAL(10,2), d DECIMAL(9,9),"
        " e DECIMAL(30,10) UNSIGNED, f DECIMAL(65,30), g DECIMAL(65,0), h DECIMAL(18,9), i DECIMAL(20,1), j DECIMAL(38,7))",
        "CREATE TABLE fx.floats (id INT PRIMARY KEY, f FLOAT, fu FLOAT UNSIGNED, fd FLOAT(7,4), d DOUBLE, du DOUBLE UNSIGNED,"
        " dd DOUBLE(10,3))",
    )
    insert(
        "ints",
        "NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL",
        "0,0,0,0,0,0,0,0,0,0,0",
        "-128,255,-32768,65535,-8388608,16777215,-2147483648,4294967295,-9223372036854775808,18446744073709551615,2155",
        "127,128,32767,32768,8388607,8388608,2147483647,2147483648,9223372036854775807,9223372036854775808,1901",
        "-1,1,-1,1,-1,1,-1,1,-1,1,1999",
        "9,10,99,100,999,1000,9999999,10000000,99999999999,100000000000,2000",
    )
    insert(
        "bits",
        "NULL,NULL,NULL,NULL,NULL,NULL,NULL",
        "b'0',b'0',b'0',b'0',b'0',b'0',b'0'",
        "1,127,255,511,8589934591,9223372036854775807,18446744073709551615",
        "b'1',b'1000000',b'10000000',b'100000000',x'0100000000',x'4000000000000000',x'8000000000000000'",
        "0,5,10,300,4294967296,72057594037927936,255",
    )
    big, small = "9" * 35 + "." + "9" * 30, "0." + "0" * 29 + "1"
    insert(
        "decimals",
        "NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL",
        "0,0,0,0,0,0,0,0,0,0",
        f"9,99999,99999999.99,0.999999999,99999999999999999999.9999999999,{big},{'9' * 65},999999999.999999999,"
        "9999999999999999999.9,1234567890123456789012345678901.1234567",
        f"-9,-99999,-99999999.99,-0.999999999,0.0000000001,-{big},-{'9' * 65},-999999999.999999999,"
        "-9999999999999999999.9,-1234567890123456789012345678901.1234567",
        f"1,-10,0.01,-0.000000001,1,{small},1,-0.000000001,0.1,0.0000001",
        f"-1,10,-0.01,0.1,1000000000,-{small},-1000000000,1.000000001,-0.1,-1000000000",
        "5,12345,-12.50,0.5,12345678901234567890.123456789,-123456789.5,123456789123456789,-100000000.5,-1234567890.5,42.42",
    )
    insert(
        "floats",
        "NULL,NULL,NULL,NULL,NULL,NULL",
        "0,0,0,0,0,0",
        "-0e0,0,-0e0,-0e0,0,-0e0",
        "1.1,1.1,1.1,1.1,1.1,1.1",
        "3.4028234663852886e38,3.4028234663852886e38,999.9999,1.7976931348623157e308,1.7976931348623157e308,9999999.999",
        "-3.4028234663852886e38,1.401298464324817e-45,-999.9999,-1.7976931348623157e308,5e-324,-9999999.999",
        "1.1754943508222875e-38,16777217,0.0001,2.2250738585072014e-308,9007199254740993,0.001",
        "0.1,33554433,-0.0001,0.1,1e22,123.457",
        "1e10,1e15,12.5,1e15,1e16,1e6",
        "123456.789,1e-7,0.3333,123456789.123456789,1e-15,100",
        "-1e-16,1e-5,100,-1e-16,0.30000000000000004,-1",
        "1234567,7654321,7,1e23,8.41e21,7",
        "9007199254740991,2147483647,5.4321,9007199254740991,4.35,1.005",
    )
    capture(f"{KIND}-numbers", ["ints", "bits", "decimals", "floats"])


# ---------------------------------------------------------------------------------------------------- temporals
def temporals():
    columns = ", ".join(
        f"t{p} TIME({p}), d{p} DATETIME({p}), s{p} TIMESTAMP({p}) NULL DEFAULT NULL" for p in range(7)
    )
    run(f"CREATE TABLE fx.temporals (id INT PRIMARY KEY, dt DATE, {columns})")

    def row(date, time, datetime, timestamp):
        return ",".join([date] + [f"{time},{datetime},{timestamp}" for _ in range(7)])

    insert(
        "temporals",
        row("NULL", "NULL", "NULL", "NULL"),
        row("'0000-00-00'", "'00:00:00'", "'0000-00-00 00:00:00'", "'0000-00-00 00:00:00'"),
        row("'9999-12-31'", "'838:59:59'", "'9999-12-31 23:59:59'", "'2038-01-19 03:14:07'"),
        row("'1000-01-01'", "'-838:59:59'", "'1000-01-01 00:00:00'", "'1970-01-01 00:00:01'"),
        row("'2024-00-00'", "'-00:00:00.12'", "'2024-00-00 01:02:03.4'", "'2024-10-27 01:30:00.999999'"),
        row("'2024-02-29'", "'-00:00:00.000001'", "'2024-02-29 12:34:56.789012'", "'2000-02-29 23:59:59.000001'"),
        row("'0001-01-01'", "'-00:00:01'", "'0001-01-01 00:00:00.000001'", "'2024-03-31 02:30:00.5'"),
        row("'2024-01-00'", "'12:34:56.654321'", "'0000-01-01 00:00:00'", "'1999-12-31 23:59:59.1'"),
        row("'1969-12-31'", "'-12:34:56.654321'", "'1969-12-31 23:59:59.999999'", "'2001-09-09 01:46:40'"),
        row("'1582-10-15'", "'-01:00:00.5'", "'2099-06-15 10:00:00.05'", "'2016-12-31 23:59:59.05'"),
        row("'2000-01-01'", "'100:00:00.000009'", "'2000-01-01 00:00:00.000009'", "'2000-01-01 00:00:00.009'"),
    )
    capture(f"{KIND}-temporals", ["temporals"])


# ---------------------------------------------------------------------------------------------------- strings
def strings():
    members = ",".join(f"'m{n}'" for n in range(300))
    flags = ",".join(f"'f{n}'" for n in range(64))
    run(
        "SET NAMES utf8mb4",
        "CREATE TABLE fx.strings (id INT PRIMARY KEY, c CHAR(10), cl CHAR(255), b BINARY(4), b16 BINARY(16), bl BINARY(255),"
        " v VARCHAR(20), vl VARCHAR(300), vb VARBINARY(300), tt TINYTEXT, t TEXT, mt MEDIUMTEXT, lt LONGTEXT,"
        " tb TINYBLOB, bb BLOB, mb MEDIUMBLOB, lb LONGBLOB) CHARSET utf8mb4",
        "CREATE TABLE fx.charsets (id INT PRIMARY KEY, l VARCHAR(300) CHARSET latin1, g VARCHAR(20) CHARSET gbk,"
        " u16 CHAR(10) CHARSET utf16, sj TEXT CHARSET sjis, u2 VARCHAR(10) CHARSET ucs2, a CHAR(3) CHARSET ascii)",
        "CREATE TABLE fx.lists (id INT PRIMARY KEY, e ENUM('a','b','','d'), el ENUM(" + members + "), s SET('x','y','z'),"
        " sl SET(" + flags + "), s9 SET('1','2','3','4','5','6','7','8','9'), eg ENUM('\u4e2d','b') CHARSET gbk) CHARSET utf8mb4",
        "SET NAMES binary",
    )
    text = "h\u00e9llo \u4e16\u754c \U0001F600 'q' \"d\" \\ \n\r\t\0\x1a%_".encode()
    everything = quoted(ALL_BYTES)
    latin = "_latin1 " + everything
    short = quoted("h\u00e9".encode())
    chinese = quoted("\u4e2d\u6587\u4e58".encode())
    japanese = quoted("\u8868\u30bd".encode())
    insert(
        "strings",
        ",".join(["NULL"] * 16),
        ",".join(["''"] * 16),
        f"{short},{quoted(text)},x'01020304',x'00112233445566778899aabbccddeeff',{quoted(ALL_BYTES[:255])},"
        f"{short},{quoted(text)},{everything},{quoted(text)},{quoted(text)},{quoted(text)},{quoted(text)},"
        f"{quoted(ALL_BYTES[:255])},{everything},{everything},{everything}",
        f"'trail  ','  lead',x'6100',x'11223344556677889900000000000000',x'00','tr  ','x ',x'610000','a ','b ','c ','d ',"
        "x'00',x'0000',x'6100',x'20'",
        f"'0123456789',REPEAT('\u00e9',255),x'00000000',x'ffffffffffffffffffffffffffffff00',REPEAT(x'ff',255),"
        f"REPEAT('v',20),REPEAT('\u4e16',300),REPEAT(x'27',300),REPEAT('t',255),REPEAT(x'5c',300),'m','l',"
        "REPEAT(x'27',255),REPEAT(x'0a',300),x'',x'5c27'".replace("'\u00e9'", quoted("\u00e9".encode())).replace(
            "'\u4e16'", quoted("\u4e16".encode())
        ),
    )
    insert(
        "charsets",
        "NULL,NULL,NULL,NULL,NULL,NULL",
        "'','','','','',''",
        f"{latin},CONVERT(_utf8mb4 {chinese} USING gbk),"
        f"_utf16 x'004100425b570020d83dde00',CONVERT(_utf8mb4 {japanese} USING sjis),_ucs2 x'0041005c0027','abc'",
        "_latin1 x'5c27220d0a',_gbk x'815c',_utf16 x'0020',_sjis x'835c',_ucs2 x'2020','~'",
    )
    insert(
        "lists",
        "NULL,NULL,NULL,NULL,NULL,NULL",
        "1,1,1,1,1,1",
        "4,300,7,18446744073709551615,511,2",
        "3,256,'',9223372036854775808,256,1",
        "0,0,0,0,0,0",
        "'','m255','x,z','f63,f0','9,1','b'",
    )
    capture(f"{KIND}-strings", ["strings", "charsets", "lists"])


# ---------------------------------------------------------------------------------------------------- JSON and geometry
def json_mysql():
    run("SET NAMES utf8mb4")
    run("CREATE TABLE fx.json (id INT PRIMARY KEY, j JSON)")
    run(
        "CREATE TABLE fx.plain (ts TIMESTAMP(6), dt DATETIME(3), d DATE, t TIME(2), b BIT(10), bl BLOB, b4 BINARY(4),"
        " vb VARBINARY(10), de DECIMAL(20,5), f FLOAT, y YEAR)",
        "INSERT INTO fx.plain VALUES ('2024-05-06 07:08:09.123456','2024-05-06 07:08:09.5','2024-05-06','-12:34:56.78',"
        "b'1000000001',x'00ff27','a',x'ff',-1234.50000,1.1,2024)",
    )
    doubles = (
        "0.1,-0.0,0.0,1.0,100.0,1e15,1e16,1e-15,1e-16,123456789.125,0.30000000000000004,5e-324,1.7976931348623157e308,"
        "2.2250738585072014e-308,1e22,1e23,-1.5e-7,9007199254740993.0,1234567890123456.5,0.000012345,1e100,4.35"
    )
    keys = ", ".join(f'"k{n:03}": {n}' for n in range(300))
    deep = "[" * 99 + "1" + "]" * 99
    texts = [
        "null", "true", "false", "0", "-1", "32767", "-32768", "65535", "65536", "2147483648", "-2147483649", "4294967295",
        "4294967296", "9223372036854775807", "-9223372036854775808", "18446744073709551615", '""', '"a"',
        '"\\u0000\\u0001\\u001f\\b\\f\\n\\r\\t\\"\\\\/\\u007f"', '"' + "\u00e9\u4e16\U0001F600'" + '"', '"' + "x" * 127 + '"',
        '"' + "x" * 128 + '"', '"' + "long " * 60 + '"', "[]", "{}", "[[], {}]", f"[{doubles}]", "{" + keys + "}", deep,
        '{"b": 1, "a": 2, "aa": 3, "": 4, "key with \\"quotes\\" and \'": [1, 2, {"x": null}]}',
        "[" + ", ".join(str(n * 70000) for n in range(100)) + "]",
        '{"big": "' + "y" * 65600 + '", "n": [1, -2, 3.5, true, null], "l": 70000}',
        "1.5", "-0.0", "1e300",
    ]
    index = 0
    for text in texts:
        index += 1
        run(f"INSERT INTO fx.json VALUES ({index}, CONVERT({quoted(text.encode())} USING utf8mb4))")
    for expression in [
        "JSON_ARRAY(1.50, -0.001, CAST(5 AS DECIMAL(65,30)), 0.00)",
        "JSON_ARRAY(CAST(5 AS UNSIGNED), CAST(5000000000 AS SIGNED), CAST(65536 AS UNSIGNED), 9223372036854775807)",
        "JSON_OBJECT('d', DATE'2024-05-06', 't', TIME'-838:59:58.999999', 'dt', TIMESTAMP'2024-05-06 07:08:09.000001')",
        "CAST(1.50 AS JSON)", "CAST(TIMESTAMP'2024-05-06 07:08:09' AS JSON)", "CAST(x'00ff' AS JSON)", "NULL",
        f"JSON_ARRAY({quoted(ALL_BYTES)}, x'')",
    ]:
        index += 1
        if expression.startswith("CAST(x"):
            expression = "JSON_EXTRACT(JSON_ARRAY(x'00ff'), '$[0]')"
        run(f"INSERT INTO fx.json VALUES ({index}, {expression})")
    for column in ["ts", "dt", "d", "t", "b", "bl", "b4", "vb", "de", "f", "y"]:
        index += 1
        run(f"INSERT INTO fx.json SELECT {index}, JSON_OBJECT('v', {column}, 'a', JSON_ARRAY({column})) FROM fx.plain")
    run(
        "CREATE TABLE fx.shapes (id INT PRIMARY KEY, g GEOMETRY, p POINT SRID 4326, v VECTOR(3), w VECTOR(2048))",
    )
    insert(
        "shapes",
        "NULL,NULL,NULL,NULL",
        "ST_GeomFromText('POINT(1 2)'),ST_GeomFromText('POINT(10 20)',4326),STRING_TO_VECTOR('[1,-2.5,3e10]'),NULL",
        "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))'),ST_GeomFromText('POINT(-90 0)',4326),"
        "STRING_TO_VECTOR('[0,0,0]'),STRING_TO_VECTOR('[1]')",
        "ST_GeomFromText('POLYGON((0 0,0 5,5 5,0 0))',3857),NULL,NULL,NULL",
    )
    capture("mysql-json", ["json", "shapes"])


# ---------------------------------------------------------------------------------------------------- events
def events_mysql():
    run(
        "SET NAMES utf8mb4",
        "CREATE TABLE fx.doc (id INT PRIMARY KEY, a JSON, n INT, b JSON, c JSON)",
        "CREATE TABLE fx.gen (id INT AUTO_INCREMENT PRIMARY KEY, a INT, v INT AS (a+1) VIRTUAL, s INT AS (a*2) STORED,"
        " h VARCHAR(10) INVISIBLE DEFAULT 'hid', tags JSON, KEY f ((a+5)), KEY mv ((CAST(tags AS UNSIGNED ARRAY))))",
        "INSERT INTO fx.doc VALUES (1, '{\"x\": 1, \"y\": [1,2,3]}', 1, '{\"k\": \"vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv\"}', '[1]'),"
        " (2, NULL, 2, '{}', '[]')",
        "UPDATE fx.doc SET n = n + 1",
        "INSERT INTO fx.gen (a, tags) VALUES (1, '[1,2,3]'), (2, '[]'), (3, NULL)",
        "UPDATE fx.gen SET a = a + 10 WHERE id < 3",
        "DELETE FROM fx.gen WHERE id = 1",
        "ALTER TABLE fx.gen ADD COLUMN late INT DEFAULT 7, ALGORITHM=INSTANT",
        "INSERT INTO fx.gen (a) VALUES (4)",
        "SET binlog_row_image=MINIMAL", "UPDATE fx.gen SET a = 99 WHERE id = 2", "DELETE FROM fx.gen WHERE id = 3",
        "INSERT INTO fx.gen (a) VALUES (5)",
        "SET binlog_row_image=NOBLOB", "UPDATE fx.doc SET n = 5 WHERE id = 2", "SET binlog_row_image=FULL",
        "SET binlog_rows_query_log_events=ON", "INSERT INTO fx.doc VALUES (3, '1', 3, '2', '3') /* remark */",
        "SET binlog_rows_query_log_events=OFF",
        "SET binlog_row_value_options=PARTIAL_JSON",
        "UPDATE fx.doc SET a = JSON_SET(a, '$.x', 5), b = JSON_REPLACE(b, '$.k', 'wwww') WHERE id = 1",
        "UPDATE fx.doc SET c = JSON_ARRAY(9, 9) WHERE id = 2",
        "SET binlog_row_value_options=''",
        "XA START 'g','b',7", "INSERT INTO fx.doc VALUES (4, NULL, 4, NULL, NULL)", "XA END 'g','b',7", "XA PREPARE 'g','b',7",
        "XA COMMIT 'g','b',7",
        "XA START 'h'", "INSERT INTO fx.doc VALUES (5, NULL, 5, NULL, NULL)", "XA END 'h'", "XA COMMIT 'h' ONE PHASE",
        "CREATE TABLE fx.copy AS SELECT id, n FROM fx.doc",
        "BEGIN", "INSERT INTO fx.copy VALUES (10, 10)", "SAVEPOINT s1", "INSERT INTO fx.copy VALUES (11, 11)",
        "ROLLBACK TO s1", "COMMIT",
        "SET SESSION binlog_transaction_compression=ON",
        "INSERT INTO fx.copy SELECT id+100, 1 FROM fx.copy",
        "SET SESSION binlog_transaction_compression=OFF",
        "SET gtid_next='AUTOMATIC:some_tag'", "INSERT INTO fx.copy VALUES (20, 20)", "INSERT INTO fx.copy VALUES (21, 21)",
        "SET gtid_next='AUTOMATIC'",
        "/* lead */ TRUNCATE TABLE fx.copy", "DROP TABLE fx.copy",
        "CREATE TABLE fx.old (id INT, v VARCHAR(10)) CHARSET latin1",
        "SET foreign_key_checks=0", "INSERT INTO fx.old VALUES (1, 'x')", "SET foreign_key_checks=1",
        "SET SESSION binlog_format=STATEMENT", "INSERT INTO fx.old VALUES (2, 'statement')", "SET SESSION binlog_format=ROW",
    )
    capture("mysql-events")
    # The next file begins with the GTIDs so far, with tags.
    run("INSERT INTO fx.old VALUES (3, 'y')")
    capture("mysql-tagged")


def values_mariadb():
    run(
        "CREATE TABLE fx.special (id INT PRIMARY KEY, u UUID, i6 INET6, i4 INET4, j JSON, cv VARCHAR(300) COMPRESSED,"
        " cb BLOB COMPRESSED, ct TEXT COMPRESSED) CHARSET utf8mb4",
    )
    insert(
        "special",
        "NULL,NULL,NULL,NULL,NULL,NULL,NULL",
        "_latin1'00000000-0000-0000-0000-000000000000',_latin1'::',_latin1'0.0.0.0','{}','','',''",
        "_latin1'6ccd780c-baba-1026-9564-5b8c656024db',_latin1'2001:db8::ff00:42:8329',_latin1'192.0.2.1',"
        f"'{{\"a\": [1, 2.50]}}',{quoted(b'short')},{quoted(ALL_BYTES)},REPEAT('text ',2000)",
        "_latin1'ffffffff-ffff-ffff-ffff-ffffffffffff',_latin1'::ffff:192.0.2.128',_latin1'255.255.255.255','1',"
        f"REPEAT('abc',100),REPEAT({quoted(ALL_BYTES)},50),'t'",
        "_latin1'018f4e5c-9d2a-7b3c-8d4e-5f6071829304',_latin1'1:0:0:2:0:0:0:3',_latin1'10.0.0.1','null',"
        "REPEAT('x',300),x'00',REPEAT('a',100)",
        "_latin1'12345678-9abc-4def-8123-456789abcdef',_latin1'::1',_latin1'1.2.3.4','[]','a','b','c'",
        "_latin1'12345678-9abc-4def-0123-456789abcdef',_latin1'::1.2.3.4',_latin1'1.2.3.0','[]','a','b','c'",
        "_latin1'00000001-0000-1000-8000-000000000000',_latin1'1::',_latin1'1.0.0.0','[]','a','b','c'",
        "_latin1'00000001-0000-6000-8000-000000000000',_latin1'::ffff:0:0',_latin1'0.0.0.1','[]','a','b','c'",
    )
    if KIND == "mariadb11":
        run("CREATE TABLE fx.vectors (id INT PRIMARY KEY, v VECTOR(3) NOT NULL)")
        insert("vectors", "VEC_FromText('[1,2,3]')", "VEC_FromText('[0,0,0]')", "VEC_FromText('[-1.5,0,1e10]')")
    run("CREATE TABLE fx.shapes (id INT PRIMARY KEY, g GEOMETRY, p POINT)")
    insert(
        "shapes",
        "NULL,NULL",
        "ST_GeomFromText('POINT(1 2)'),ST_GeomFromText('POINT(10 20)',4326)",
        "ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))'),NULL",
    )
    capture(f"{KIND}-special", ["special", "shapes"] + (["vectors"] if KIND == "mariadb11" else []))
    if KIND == "mariadb":
        run(
            "SET GLOBAL mysql56_temporal_format=OFF",
            "CREATE TABLE fx.oldtimes (id INT PRIMARY KEY, t TIME, d DATETIME, s TIMESTAMP NULL)",
            "SET GLOBAL mysql56_temporal_format=ON",
        )
        insert(
            "oldtimes",
            "NULL,NULL,NULL",
            "'00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00'",
            "'-838:59:59','9999-12-31 23:59:59','2038-01-19 03:14:07'",
            "'838:59:59','2024-00-00 00:00:00','1970-01-01 00:00:01'",
            "'-00:00:01','1000-01-01 10:20:30','2024-02-29 12:34:56'",
        )
        capture("mariadb-oldtimes", ["oldtimes"])


def events_mariadb():
    run(
        "CREATE TABLE fx.ev (id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(500), v INT AS (id+1) VIRTUAL, n INT INVISIBLE)",
        "INSERT INTO fx.ev (a) VALUES ('one'), ('two'), ('three')",
        "UPDATE fx.ev SET a = CONCAT(a, '!') WHERE id < 3",
        "DELETE FROM fx.ev WHERE id = 1",
        "SET SESSION gtid_domain_id=7", "INSERT INTO fx.ev (a) VALUES ('domain')", "SET SESSION gtid_domain_id=0",
        "SET STATEMENT max_statement_time=100 FOR CREATE TABLE fx.ev2 (a INT) ENGINE=Aria",
        "INSERT INTO fx.ev2 VALUES (1)",
        "XA START 'g','b',7", "INSERT INTO fx.ev (a) VALUES ('xa')", "XA END 'g','b',7", "XA PREPARE 'g','b',7",
        "XA COMMIT 'g','b',7",
        "CREATE OR REPLACE TABLE fx.copy AS SELECT id, a FROM fx.ev",
        "SET GLOBAL log_bin_compress=ON", "SET GLOBAL log_bin_compress_min_len=10",
    )
    run(
        "INSERT INTO fx.ev (a) VALUES (REPEAT('compressed ', 40)), (REPEAT('again ', 50))",
        "UPDATE fx.ev SET a = REPEAT('changed ', 60) WHERE a LIKE 'again%'",
        "DELETE FROM fx.ev WHERE a LIKE 'compressed%'",
        "CREATE TABLE fx.compressed_statement (a_column_with_a_long_name INT, another_column_with_a_long_name INT)",
        "SET GLOBAL log_bin_compress=OFF",
        "TRUNCATE TABLE fx.copy", "DROP TABLE fx.copy, fx.ev2",
        "SET SESSION binlog_format=STATEMENT", "INSERT INTO fx.ev (a) VALUES ('statement')", "SET SESSION binlog_format=ROW",
    )
    capture(f"{KIND}-events")


# ---------------------------------------------------------------------------------------------------- streams
def stream(name, checksum, flags=0):
    """What a replica gets: an artificial rotate, the format, the events, then a heartbeat."""
    run("FLUSH BINARY LOGS", "CREATE TABLE IF NOT EXISTS fx.streamed (id INT)", "INSERT INTO fx.streamed VALUES (1)")
    file = current().encode()
    replica = pymysql.connect(host="127.0.0.1", port=PORT, user="dts", password="dts")
    with replica.cursor() as cursor:
        for variable in ["master_binlog_checksum", "source_binlog_checksum"]:
            cursor.execute(f"SET @{variable}='{checksum}'")
        cursor.execute("SET @master_heartbeat_period=500000000, @source_heartbeat_period=500000000, @mariadb_slave_capability=4")
    if MYSQL:
        command = struct.pack("<HII", flags, 4242, len(file)) + file + struct.pack("<QI", 4, 8) + bytes(8)
        replica._execute_command(0x1E, command)
    else:
        replica._execute_command(0x12, struct.pack("<IHI", 4, flags, 4242) + file)
    with open(os.path.join(HERE, f"{name}.stream"), "wb") as out:
        while True:
            packet = replica._read_packet()._data
            out.write(packet[1:])
            if packet[5] in (27, 41):
                break
    replica._force_close()


def without_checksums():
    run("SET GLOBAL binlog_checksum=NONE", "CREATE TABLE fx.bare (id INT)", "INSERT INTO fx.bare VALUES (1)")
    capture(f"{KIND}-bare")
    run("SET GLOBAL binlog_checksum=CRC32")


start()
run("DROP DATABASE IF EXISTS fx", "CREATE DATABASE fx", "SET GLOBAL binlog_row_metadata=FULL")
run("FLUSH BINARY LOGS")
if KIND != "mariadb11":
    numbers()
    temporals()
    strings()
if MYSQL:
    json_mysql()
    events_mysql()
    run("SET GLOBAL binlog_row_metadata=MINIMAL", "FLUSH BINARY LOGS", "INSERT INTO fx.strings VALUES (100, " + ",".join(["''"] * 16) + ")")
    capture("mysql-minimal")
    without_checksums()
    # The classic command starts from the oldest file that is not excluded: have only one.
    run("RESET BINARY LOGS AND GTIDS")
    stream("mysql-crc32", "CRC32")
    run("RESET BINARY LOGS AND GTIDS")
    stream("mysql-plain", "NONE", flags=2)
else:
    values_mariadb()
    events_mariadb()
    without_checksums()
    stream(f"{KIND}-crc32", "CRC32", flags=2)
    stream(f"{KIND}-plain", "NONE")
