import SyncModel
import TestSupport

extension HostilePath {
    // What the target answers, much of which goes to the source: where the task is, and what it knows.

    private static let lock = ["SELECT `id`, `n`", "FROM `DB`.`t` WHERE", "FOR UPDATE"]

    private static func conflict(_ name: String, _ policy: ConflictPolicy, _ change: Change, _ ending: Ending) -> HostilePath {
        HostilePath(
            name: "row in a conflict, \(name)", role: .target, conflict: policy, targetChanges: ["UPDATE t SET n = 77"],
            changes: ["UPDATE t SET n = 99"], change: change, ending: ending)
    }

    /// Rows that are read back from it.
    static var rows: [HostilePath] {
        var all = ["n", "b", "e", "w", "at"].map { name in
            conflict(name, .ignore, .value(lock, column: column(name), polyglot), .carried("SELECT n FROM DB.t", ["77.00"]))
        }
        all.append(conflict("id", .ignore, .value(lock, column: 0, polyglot), .carried("SELECT n FROM DB.t", ["77.00"])))
        all.append(conflict("reported", .report, .value(lock, column: column("w"), polyglot), .fails(.conflictReported)))
        all.append(conflict("overwritten", .overwrite, .value(lock, column: column("w"), polyglot), .carried("SELECT n FROM DB.t", ["99.00"])))
        all.append(conflict("fewer columns", .ignore, .cut(lock, columns: 1), .fails(.valueInvalid)))
        return all
    }

    /// What the task has noted there.
    static var notes: [HostilePath] {
        var changes = checkpoint.map { column, ending in
            ("checkpoint, \(column)", Change.value(["SELECT stage, source_uuid, gtid"], column: column, polyglot), ending)
        }
        for (name, statement, column, ending) in noted { changes.append((name, .value(statement, column: column, polyglot), ending)) }
        changes.append(("fewer columns", .cut(["__dts__"], columns: 1), .fails(.valueInvalid)))
        return changes.map { name, change, ending in
            HostilePath(
                name: "note: \(name)", role: .target, isLater: true, kept: kept[name] ?? [],
                changes: ["INSERT INTO t (id) VALUES (2)"], change: change, ending: ending)
        }
    }

    /// Columns of the checkpoint.
    private static let checkpoint: [(Int, Ending)] = [
        (0, .fails(.metadataMissing)), (1, .fails(.serverChanged)), (2, .fails(.metadataMissing)), (3, .equal), (4, .fails(.metadataMissing)),
        (5, .equal), (7, .fails(.metadataMissing)), (19, .fails(.metadataMissing)), (20, .equal), (21, .fails(.metadataMissing)),
        (22, .equal), (24, .fails(.applyFailed)),
    ]

    /// Where a task has no rows of its own without further ado.
    private static let kept = [
        "statements": ["INSERT INTO __dts__.open_statement VALUES ('DB', 'other', 4711, '', NULL, NULL)"],
        "decisions": ["INSERT INTO __dts__.statement_decision VALUES ('DB', 'other:1', 'DROP TABLE t', UTC_TIMESTAMP())"],
    ]

    private static let noted: [(String, [String], Int, Ending)] = [
        ("what is copied", ["SELECT source_database, source_table, last_key"], 2, .equal),
        ("definitions", ["SELECT source_database, source_table, definition"], 2, .fails(.metadataMissing)),
        ("coverage", ["SELECT body FROM"], 0, .fails(.metadataMissing)), ("identity", ["`__dts__`.identity"], 0, .fails(.serverChanged)),
        ("members", ["`__dts__`.member"], 0, .equal), ("statements", ["SELECT by_task, connection"], 2, .equal),
        ("decisions", ["SELECT statement, replacement"], 1, .equal),
    ]

    /// What it says of itself and its tables.
    static var words: [HostilePath] {
        var changes = spoken.map { name, statement, column, ending in (name, Change.value(statement, column: column, polyglot), ending) }
        changes.append(
            ("numbers beyond all bounds", .value(["SHOW", "VARIABLES WHERE"], column: 1, "-9223372036854775808"), .fails(.serverChanged)))
        changes.append(("fewer columns", .cut(["SHOW"], columns: 1), .fails(.valueInvalid)))
        return changes.map { name, change, ending in
            HostilePath(
                name: "answer: \(name)", role: .target,
                tables: table + ["CREATE VIEW v AS SELECT 1 AS one"] + (name == "mode" ? ["CREATE PROCEDURE p()\nBEGIN END"] : []),
                routines: name == "mode", changes: ["INSERT INTO t (id) VALUES (2)"], change: change, ending: ending)
        }
    }

    private static let spoken: [(String, [String], Int, Ending)] = [
        ("name of a column", columns, 0, .fails(.schemaMismatch)),
        ("type of a column", columns, 1, .fails(.schemaMismatch)),
        ("whole type of a column", columns, 2, .fails(.schemaMismatch)), ("character set", columns, 4, .fails(.valueInvalid)),
        ("collation", columns, 5, .fails(.valueInvalid)), ("name of an index", ["information_schema.STATISTICS"], 0, .fails(.schemaMismatch)),
        ("collations", ["FROM information_schema.COLLATIONS"], 0, .byKind(mysql: .fails(.unsupported), mariadb: .equal)),
        ("version", ["SELECT VERSION()"], 0, .equal), ("variables", ["SHOW GLOBAL VARIABLES WHERE"], 1, .fails(.serverChanged)),
        ("variables of the session", ["SHOW SESSION VARIABLES WHERE"], 1, .equal), ("account", ["SELECT CURRENT_USER()"], 0, .equal),
        // Asked for where a routine is made.
        ("mode", ["SELECT @@SESSION.sql_mode"], 0, .fails(.applyFailed)),
    ]

    private static let columns = ["information_schema.COLUMNS WHERE", "COLUMN_TYPE"]
}
