import SyncModel
import TestSupport

extension HostilePath {
    /// Values of rows that are copied.
    static var copied: [HostilePath] {
        var all = copiedValues
        for column in ["n", "d", "b", "e", "s", "y"] {
            all.append(
                HostilePath(
                    name: "copy of \(column)", role: .source, change: .value(copy, column: Self.column(column), polyglot), ending: .fails(.valueInvalid)))
        }
        return all
    }

    private static let copiedValues: [HostilePath] = [
        HostilePath(
            name: "copy of a text", role: .source, change: .value(copy, column: column("w"), polyglot),
            ending: .carried("SELECT w FROM DB.t", [polyglot])),
        HostilePath(
            name: "copy of bytes", role: .source, change: .value(copy, column: column("x"), polyglot),
            ending: .carried("SELECT x FROM DB.t", [polyglot])),
        HostilePath(name: "copy of a time", role: .source, change: .value(copy, column: column("at"), polyglot), ending: .fails(.applyFailed)),
        HostilePath(name: "copy of a shape", role: .source, change: .value(copy, column: column("g"), polyglot), ending: .fails(.applyFailed)),
        HostilePath(name: "copy of a key", role: .source, change: .value(copy, column: 0, polyglot), ending: .fails(.valueInvalid)),
        HostilePath(
            name: "copy without a key", role: .source, tables: ["CREATE TABLE t (n INT, w VARCHAR(200))", "INSERT INTO t VALUES (1, 'a')"],
            change: .value(["SELECT `n`", "FROM `DB`.`t`"], column: 0, polyglot), ending: .fails(.valueInvalid)),
        HostilePath(
            name: "copied document", role: .source, kinds: [.mysql], tables: document,
            change: .value(["`j`", "JSON_TABLE"], column: 1, #"{"a": 1 canary'}"#), ending: .fails(.typeUnsupported)),
        HostilePath(
            name: "types of a copied document", role: .source, kinds: [.mysql], tables: document,
            change: .value(["`j`", "JSON_TABLE"], column: 2, polyglot), ending: .fails(.typeUnsupported)),
        HostilePath(
            name: "name in a copied document", role: .source, kinds: [.mysql], tables: document,
            change: .value(["`j`", "JSON_TABLE"], column: 1, #"{"canary'canary\\canary\"canary": 1.50}"#),
            ending: .carried("SELECT JSON_KEYS(j) FROM DB.t", [#"["canary'canary\\canary\"canary"]"#])),
        HostilePath(
            name: "copy with fewer columns than were asked for", role: .source, tables: ["CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL)", "INSERT INTO t VALUES (1, 1)"],
            change: .cut(["SELECT `id`, `n`", "ORDER BY"], columns: 1), ending: .fails(.valueInvalid)),
        // More rows than a first chunk has: the next one begins where the source says.
        HostilePath(
            name: "border of a chunk", role: .source, tables: borders,
            change: .value(["SELECT `k` FROM `DB`.`t`", "LIMIT 1 OFFSET"], column: 0, polyglot),
            ending: .fails(.valueInvalid)),
        HostilePath(
            name: "border of a chunk that is a number", role: .source, tables: numbers,
            change: .value(["FROM `DB`.`t`", "LIMIT 1 OFFSET"], column: 0, polyglot), ending: .fails(.valueInvalid)),
    ]

    private static let document = ["CREATE TABLE t (id INT PRIMARY KEY, j JSON)", #"INSERT INTO t VALUES (1, '{"a": 1.50}')"#]

    private static let many = "(WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 900) SELECT n FROM r) numbers"

    private static let borders = [
        "CREATE TABLE t (k VARCHAR(200) PRIMARY KEY, w VARCHAR(2000))", "INSERT INTO t SELECT CONCAT('k', 1000 + n), REPEAT('x', 1500) FROM \(many)",
        "ANALYZE TABLE t",
    ]

    private static let numbers = [
        "CREATE TABLE t (k INT PRIMARY KEY, w VARCHAR(2000))", "INSERT INTO t SELECT n, REPEAT('x', 1500) FROM \(many)", "ANALYZE TABLE t",
    ]

    /// Of the source's log.
    static let logged: [HostilePath] = [
        HostilePath(
            name: "text in the log", role: .source, changes: ["UPDATE t SET w = 'PLACE'"], change: .event { $0.replacing("PLACE", with: "'OR 1") },
            ending: .carried("SELECT w FROM DB.t", ["'OR 1"])),
        HostilePath(
            name: "texts and bytes in the log", role: .source,
            changes: ["INSERT INTO t (id, w, x) VALUES (2, \(quoted(polyglot)), \(quoted(polyglot)))", "UPDATE t SET w = CONCAT(w, '\\\\'), n = 7 WHERE id = 2"],
            change: .event { $0 }, changesNothing: true,
            ending: .carried("SELECT w, x, n FROM DB.t WHERE id = 2", ["\(polyglot)\\ \(polyglot) 7.00"])),
        HostilePath(
            name: "table in the log", role: .source, changes: ["INSERT INTO t (id) VALUES (2)"],
            change: .event { $0.table == "t" ? $0.mapping(table: polyglot) : $0 }, ending: .fails(.unknownTable)),
        HostilePath(
            name: "database in the log", role: .source, changes: ["INSERT INTO t (id) VALUES (2)"],
            change: .event { $0.table == "t" ? $0.mapping(database: polyglot) : $0 }, ending: .carried("SELECT COUNT(*) FROM DB.t", ["1"])),
        HostilePath(
            name: "column in the log", role: .source, namesColumns: true, tables: ["CREATE TABLE t (id INT PRIMARY KEY, PLACE INT)"],
            changes: ["INSERT INTO t VALUES (2, 3)"],
            change: .event { $0.table == "t" ? $0.replacing("PLACE", with: "'`can") : $0 }, ending: .fails(.schemaMismatch)),
        HostilePath(
            name: "member in the log", role: .source, namesColumns: true, tables: ["CREATE TABLE t (id INT PRIMARY KEY, e ENUM('PLACE', 'y'))"],
            changes: ["INSERT INTO t VALUES (2, 'PLACE')"],
            change: .event { $0.table == "t" ? $0.replacing("PLACE", with: "'`can") : $0 }, ending: .fails(.schemaMismatch)),
        HostilePath(
            name: "file in the log", role: .source, changes: ["FLUSH BINARY LOGS", "INSERT INTO t (id, w) VALUES (2, 'two')"],
            change: .event { $0.naming(file: polyglot) }, ending: .fails(.binlogCorrupt)),
        HostilePath(
            name: "file in the log without GTIDs", role: .source, isLater: true, changes: ["INSERT INTO t (id, w) VALUES (2, 'two')"],
            change: .value(["SHOW", "STATUS"], column: 0, polyglot), ending: .fails(.valueInvalid)),
    ]

    /// For a session with the usual mode.
    private static func quoted(_ text: String) -> String { "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'" }

    /// Definition statements of the source's log, carried by a task that carries them.
    static var said: [HostilePath] {
        statements.map { name, statement, ending in
            HostilePath(
                name: "statement: \(name)", role: .source, ddl: true, changes: ["CREATE TABLE PLACE (id INT)"],
                change: .statement("CREATE TABLE PLACE (id INT)", instead: statement), ending: ending)
        }
    }

    private static let statements: [(String, String, Ending)] = [
        ("rows of a query", "CREATE TABLE new (id INT) SELECT * FROM CANARY", .fails(.ddlUnsupported)),
        ("rows of a query in parentheses", "CREATE TABLE new (SELECT * FROM CANARY)", .fails(.ddlUnsupported)),
        ("rows of a table", "CREATE TABLE new (id INT) TABLE CANARY", .fails(.ddlUnsupported)),
        ("definition of a table", "CREATE TABLE new LIKE CANARY", .fails(.ddlUnsupported)),
        ("file of the server", "CREATE TABLE new (id INT) ENGINE=CONNECT TABLE_TYPE=DOS FILE_NAME='/etc/passwd' /* canary */", .fails(.ddlUnsupported)),
        ("table of another server", "CREATE TABLE new (id INT) ENGINE=FEDERATED CONNECTION='mysql://u:p@127.0.0.1/d/t'", .fails(.ddlUnsupported)),
        ("rows of other tables", "CREATE TABLE new (id INT) ENGINE=MERGE UNION=(CANARY)", .fails(.ddlUnsupported)),
        ("partition for a table", "ALTER TABLE t CONVERT TABLE CANARY TO PARTITION p VALUES LESS THAN (9)", .fails(.ddlUnsupported)),
        ("table for a partition", "ALTER TABLE t CONVERT PARTITION p TO TABLE CANARY2", .fails(.ddlUnsupported)),
        ("partition in exchange", "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE CANARY", .fails(.ddlUnsupported)),
        // Not executed by MySQL 9.7; MariaDB's versions do not agree on it.
        ("name in a comment", "DROP TABLE /*!99999 t, */ CANARY", .passedOver),
        ("name of an event", "CREATE EVENT e ON SCHEDULE AT NOW() DO DROP TABLE CANARY", .passedOver),
        ("name of a trigger", "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW DELETE FROM CANARY", .passedOver),
        ("statement behind another", "ALTER TABLE t COMMENT 'x'; DROP TABLE CANARY", .fails(.ddlUnsupported)),
        ("statement with settings", "SET STATEMENT max_statement_time = 1 FOR DROP TABLE CANARY", .passedOver),
        ("rows", "DELETE FROM CANARY", .passedOver),
        ("rows of the task's", "DELETE FROM t", .fails(.statementFormat)),
        ("rows of the task's, by another", "DELETE t FROM t JOIN CANARY", .fails(.statementFormat)),
        ("rights", "GRANT ALL ON *.* TO canary IDENTIFIED BY 'x'", .passedOver),
    ]
}
