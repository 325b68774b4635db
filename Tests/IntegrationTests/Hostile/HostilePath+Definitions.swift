import SyncModel
import TestSupport

extension HostilePath {
    /// What the source says of its tables, views and routines, and of itself.
    static var definitions: [HostilePath] { tableTexts + viewTexts + routineTexts }

    static var answers: [HostilePath] {
        asked.map { name, statement, column, ending in
            HostilePath(
                name: "answer: \(name)", role: .source, tables: table + ["CREATE VIEW v AS SELECT 1 AS one"],
                changes: ["INSERT INTO t (id) VALUES (2)"], change: .value(statement, column: column, polyglot), ending: ending)
        } + bounds
    }

    private static let asked: [(String, [String], Int, Ending)] = [
        ("name of a column", ["information_schema.COLUMNS WHERE", "COLUMN_TYPE"], 0, .fails(.schemaMismatch)),
        (
            "type of a column", ["information_schema.COLUMNS WHERE", "COLUMN_TYPE"], 1,
            .byKind(mysql: .fails(.typeUnsupported), mariadb: .fails(.schemaMismatch))
        ),
        ("whole type of a column", ["information_schema.COLUMNS WHERE", "COLUMN_TYPE"], 2, .fails(.schemaMismatch)),
        ("character set of a column", ["information_schema.COLUMNS WHERE", "COLUMN_TYPE"], 4, .fails(.valueInvalid)),
        ("collation of a column", ["information_schema.COLUMNS WHERE", "COLUMN_TYPE"], 5, .fails(.valueInvalid)),
        ("collation of a table", ["ENGINE, TABLE_COLLATION FROM information_schema.TABLES"], 3, .fails(.valueInvalid)),
        ("collation of a listed table", ["TABLE_ROWS, AVG_ROW_LENGTH"], 3, .equal),
        ("engine", ["ENGINE, TABLE_COLLATION FROM information_schema.TABLES"], 2, .equal),
        ("name of a table", ["TABLE_ROWS, AVG_ROW_LENGTH"], 0, .fails(.unknownTable)),
        ("rows of a table", ["TABLE_ROWS, AVG_ROW_LENGTH"], 1, .equal),
        ("name of an index", ["information_schema.STATISTICS"], 0, .fails(.schemaMismatch)),
        ("column of an index", ["information_schema.STATISTICS"], 2, .fails(.schemaMismatch)),
        ("collation of a database", ["DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"], 0, .fails(.unsupported)),
        ("name of a view", ["information_schema.VIEWS"], 0, .fails(.loadFailed)),
        ("version", ["SELECT VERSION()"], 0, .byKind(mysql: .fails(.loadFailed), mariadb: .equal)),
        ("variables", ["SHOW GLOBAL VARIABLES WHERE"], 1, .fails(.serverChanged)),
        ("variables of the session", ["SHOW SESSION VARIABLES WHERE"], 1, .equal),
        ("identity", ["`__dts__`.identity"], 0, .equal),
        ("GTIDs", ["@@GLOBAL.gtid_"], 0, .fails(.metadataMissing)),
        ("place in the log", ["SHOW", "STATUS"], 0, .fails(.valueInvalid)),
        ("target of the task", ["SELECT target_uuid, epoch"], 0, .equal),
    ]

    private static let bounds: [HostilePath] = [
        HostilePath(
            name: "answer: numbers beyond all bounds", role: .source,
            change: .value(["SHOW", "VARIABLES WHERE"], column: 1, "-9223372036854775808"), ending: .fails(.serverChanged)),
        HostilePath(
            name: "answer: a number without end", role: .source, change: .value(["SHOW", "VARIABLES WHERE"], column: 1, "1e300"), ending: .fails(.serverChanged)),
        HostilePath(
            name: "answer: sizes beyond all bounds", role: .source,
            change: .value(["TABLE_ROWS, AVG_ROW_LENGTH"], column: 1, "18446744073709551615"), ending: .equal),
        HostilePath(name: "answer: fewer variables' columns", role: .source, change: .cut(["SHOW"], columns: 1), ending: .fails(.valueInvalid)),
        HostilePath(
            name: "answer: fewer columns of definitions", role: .source, change: .cut(["information_schema."], columns: 1), ending: .fails(.valueInvalid)),
    ]

    /// Of SHOW CREATE TABLE.
    private static var tableTexts: [HostilePath] {
        texts.map { text in
            HostilePath(
                name: "SHOW CREATE TABLE: \(text)", role: .source, change: .value(["SHOW CREATE TABLE"], column: 1, text), ending: .fails(.unsupported))
        }
    }

    private static let texts: [String] = [
        "CREATE TABLE `t` (`id` int) SELECT * FROM CANARY", "CREATE TABLE `t` (SELECT * FROM CANARY)", "CREATE TABLE `t` (LIKE CANARY)",
        "CREATE TABLE `t` (TABLE CANARY)", "CREATE TABLE `t` (`id` int) ENGINE=FEDERATED CONNECTION='mysql://u:p@h/d/canary'",
        "CREATE TABLE `t` (`id` int); DROP TABLE CANARY", "DROP TABLE CANARY", "CREATE TABLE `t` (`id` int) /*!99999 ) */ SELECT * FROM CANARY /* ( */",
    ]

    /// Of SHOW CREATE VIEW.
    private static var viewTexts: [HostilePath] {
        views.map { text in
            HostilePath(
                name: "SHOW CREATE VIEW: \(text)", role: .source, tables: ["CREATE TABLE t (id INT PRIMARY KEY)", "CREATE VIEW v AS SELECT 1 AS one"],
                change: .value(["SHOW CREATE VIEW"], column: 1, text), ending: .fails(.unsupported))
        }
    }

    private static let views: [String] = [
        "CREATE ALGORITHM=UNDEFINED DEFINER=`dts`@`%` SQL SECURITY DEFINER VIEW `DB`.`canary2` AS SELECT 1",
        "CREATE OR REPLACE ALGORITHM=UNDEFINED DEFINER=`dts`@`%` SQL SECURITY DEFINER VIEW `v` AS SELECT 1",
        "CREATE EVENT `v` ON SCHEDULE AT NOW() DO DROP TABLE CANARY /* DEFINER=`dts`@`%` SQL SECURITY INVOKER VIEW `v` AS SELECT 1 */",
    ]

    /// Of SHOW CREATE PROCEDURE, and of what it was written under.
    private static var routineTexts: [HostilePath] {
        let tables = ["CREATE TABLE t (id INT PRIMARY KEY)", "CREATE PROCEDURE p()\nBEGIN END"]
        let shown = procedures.map { column, text, code in
            HostilePath(
                name: "SHOW CREATE PROCEDURE, \(column): \(text)", role: .source, tables: tables, routines: true,
                change: .value(["SHOW CREATE PROCEDURE"], column: column, text), ending: .fails(code))
        }
        let endings: [Ending] = [.fails(.loadFailed), .fails(.valueInvalid), .equal, .fails(.unsupported), .fails(.unsupported), .fails(.unsupported)]
        let listed = endings.enumerated().map { column, ending in
            HostilePath(
                name: "routines, \(column)", role: .source, tables: tables, routines: true,
                change: .value(["FROM information_schema.ROUTINES", "DATABASE_COLLATION"], column: column, polyglot), ending: ending)
        }
        return shown + listed
    }

    private static let procedures: [(Int, String, FailureCode)] = [
        (2, "CREATE /*!99999 PROCEDURE `p`()\n*/ TABLE CANARY2 AS SELECT 1 AS one", .applyFailed),
        (2, "CREATE DEFINER='\\' EVENT e ON SCHEDULE AT NOW() COMMENT ' PROCEDURE `p`()\n' DO DROP TABLE CANARY", .applyFailed),
        (2, "CREATE PROCEDURE /*!99999 `p`( */ CANARY2()\nBEGIN END", .unsupported), (2, "DROP TABLE CANARY", .unsupported),
        (1, polyglot, .unsupported),
    ]
}
