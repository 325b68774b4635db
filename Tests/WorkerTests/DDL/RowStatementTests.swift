import Testing
import WorkerBinlog
import WorkerDDL
import WorkerSchema

/// Which tables a statement changes that was logged as its text.
@Suite struct RowStatementTests {
    private func changed(_ statement: String, _ dialect: SQLDialect = []) -> String? {
        RowStatement(Array(statement.utf8), sessionDatabase: "s", dialect: dialect).map {
            $0.changed.map(\.description).joined(separator: " ")
        }
    }

    @Test(arguments: [
        ("INSERT INTO t VALUES (1)", "s.t"), ("insert t select * from shop.u", "s.t"), ("INSERT t SET a = 1", "s.t"),
        ("INSERT LOW_PRIORITY IGNORE INTO `d` . `t``x` (a) VALUES ('shop.t')", "d.t`x"),
        ("INSERT /*+ SET_VAR(a=1) */ INTO d.t PARTITION (p0, p1) (a) SELECT 1 ON DUPLICATE KEY UPDATE a = 2", "d.t"),
        ("INSERT INTO t (a) WITH x AS (SELECT 1) SELECT * FROM x", "s.t"),
        ("REPLACE DELAYED INTO percona.checksums (db, tbl) SELECT 'shop', 't', COUNT(*) FROM shop.t FORCE INDEX(`PRIMARY`)", "percona.checksums"),
        ("REPLACE t VALUES (1)", "s.t"),
        ("-- shop.t\nINSERT INTO d.t -- shop.t\n VALUES (1) # shop.t", "d.t"),
    ])
    func insertsAndReplaces(statement: String, expected: String) {
        #expect(changed(statement) == expected)
    }

    @Test(arguments: [
        ("UPDATE t SET a = 1", "s.t"), ("UPDATE LOW_PRIORITY IGNORE d.t AS x SET x.a = (SELECT 1 FROM shop.u) WHERE b ORDER BY c LIMIT 1", "d.t"),
        ("UPDATE d.t PARTITION (p0) SET a = 1", "d.t"),
        ("UPDATE t FOR PORTION OF p FROM '2000-01-01' TO '2001-01-01' SET a = 1", "s.t"),
        ("UPDATE t, u SET t.a = u.a", "s.t"), ("UPDATE t, u SET t.a = 1, u.a = 2", "s.t s.u"),
        ("UPDATE t JOIN d.u ON t.id = u.id SET d.u.a = t.a", "d.u"),
        ("UPDATE t AS x LEFT JOIN shop.u y ON x.id = y.id AND f(x.a, y.b) SET x.a = 1 WHERE y.id IS NULL", "s.t"),
        ("UPDATE t JOIN shop.u USING (id, k) SET a = 1", "s.t shop.u"),
        ("UPDATE (t, d.u) SET u.a = 1", "d.u"), ("UPDATE ((t JOIN u ON t.a = u.a) JOIN v ON 1) SET v.a = 1", "s.v"),
        ("UPDATE t JOIN (SELECT a, b FROM shop.u) AS q ON t.a = q.a SET t.a = q.b", "s.t"),
        ("UPDATE t JOIN (SELECT 1 AS a FROM shop.u) q SET a = 2", "s.t"),
        ("UPDATE t NATURAL JOIN u STRAIGHT_JOIN d.v SET `v`.`a` = 1", "d.v"),
        ("UPDATE d.t USE INDEX (i), shop.u IGNORE INDEX FOR JOIN (k) SET t.a = 1", "d.t"),
        ("WITH q AS (SELECT * FROM shop.t) UPDATE u, q SET u.a = q.a", "s.u"),
        ("WITH RECURSIVE q (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM q), r AS (SELECT 2) UPDATE d.u JOIN q ON 1 SET a = 1", "d.u"),
        ("UPDATE T X, U SET x.a = 1", "s.T"),
        ("SET STATEMENT max_statement_time = (SELECT 5), sort_buffer_size = 9 FOR UPDATE d.t SET a = 1", "d.t"),
        ("UPDATE t, JSON_TABLE('[1]', '$[*]' COLUMNS (a INT PATH '$')) j SET t.a = j.a", "s.t"),
    ])
    func updates(statement: String, expected: String) {
        #expect(changed(statement) == expected)
    }

    @Test(arguments: [
        ("DELETE FROM t", "s.t"), ("DELETE LOW_PRIORITY QUICK IGNORE FROM d.t PARTITION (p0) WHERE a IN (SELECT a FROM shop.u)", "d.t"),
        ("DELETE FROM d.t AS x WHERE x.a = 1 RETURNING a", "d.t"), ("DELETE HISTORY FROM d.t BEFORE SYSTEM_TIME '2000-01-01'", "d.t"),
        ("DELETE t FROM t JOIN shop.u ON t.a = u.a", "s.t"), ("DELETE x.*, d.u.* FROM shop.t AS x, d.u", "shop.t d.u"),
        ("DELETE FROM x USING d.t AS x JOIN shop.u ON 1 WHERE 1", "d.t"), ("DELETE FROM d.t.*, u USING d.t, u", "d.t s.u"),
        ("DELETE d.t FROM d.t INNER JOIN shop.u WHERE t.a = u.a", "d.t"),
        ("WITH q AS (SELECT 1 AS a) DELETE t FROM t, q WHERE t.a = q.a", "s.t"),
    ])
    func deletes(statement: String, expected: String) {
        #expect(changed(statement) == expected)
    }

    @Test(arguments: [
        ("LOAD DATA LOCAL INFILE '/shop/t' REPLACE INTO TABLE d.t FIELDS TERMINATED BY ','", "d.t"),
        ("LOAD XML INFILE 'x' INTO TABLE t ROWS IDENTIFIED BY '<t>'", "s.t"), ("LOAD INDEX INTO CACHE t", ""),
        ("SELECT `shop`.`f`(1)", ""), ("DO f()", ""), ("CALL shop.p()", ""), ("VALUES ROW(1)", ""),
    ])
    func others(statement: String, expected: String) {
        #expect(changed(statement) == expected)
    }

    @Test func quotesByMode() {
        #expect(changed(#"INSERT INTO "d"."t" VALUES ('x')"#, [.ansiQuotes]) == "d.t")
        #expect(changed(#"UPDATE d.t SET a = 'x\', b = ' WHERE shop.t'"#, [.noBackslashEscapes]) == "d.t")
    }

    @Test(arguments: ["UPDATE t", "DELETE t", "DELETE FROM", "INSERT", "INSERT INTO 'x' VALUES (1)", "MERGE INTO t", "", "SET STATEMENT a = 1", "WITH x UPDATE t SET a = 1"])
    func whatIsNotUnderstood(statement: String) {
        #expect(changed(statement) == nil)
    }

    @Test func whatIsCalled() {
        let statement = RowStatement(Array("INSERT INTO t (a) SELECT f(1), `d` . `g` (2), 'h(3)', i FROM u".utf8), sessionDatabase: "s")
        let calls = Set(statement?.calls.map { "\($0.database).\($0.name)" } ?? [])
        #expect(calls.isSuperset(of: ["s.f", "d.g"]))
        #expect(calls.isDisjoint(with: ["s.h", "s.i", "s.g"]))
        // What stands behind the table's name are columns.
        let replace = RowStatement(Array("REPLACE INTO d.sums (a, b) SELECT COUNT(*), 1 FROM t".utf8), sessionDatabase: "s")
        let names = Set(replace?.calls.map(\.name) ?? [])
        #expect(names.contains("COUNT") && names.isDisjoint(with: ["sums", "d"]))
        let call = RowStatement(Array("CALL d.p".utf8), sessionDatabase: "s")
        #expect(call?.calls.contains { $0.database == "d" && $0.name == "p" } == true)
    }

    @Test func whatABodyMentions() {
        let body = BodyMentions(
            "BEGIN UPDATE shop.t SET a = NEW.a; INSERT INTO `log` VALUES (g('x.y')); CALL other.p(); END", database: "d", ansiQuotes: false)
        let tables = Set(body.tables.map(\.description))
        #expect(tables.isSuperset(of: ["shop.t", "d.log"]) && !tables.contains("x.y"))
        #expect(Set(body.calls.map { "\($0.database).\($0.name)" }).isSuperset(of: ["d.g", "other.p"]))
    }
}
