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
        all.append(conflict("id", .ignore, .value(lock, column: 0, polyglot), .clearly))
        all.append(conflict("reported", .report, .value(lock, column: column("w"), polyglot), .fails(.conflictReported)))
        all.append(conflict("overwritten", .overwrite, .value(lock, column: column("w"), polyglot), .carried("SELECT n FROM DB.t", ["99.00"])))
        all.append(conflict("fewer columns", .ignore, .cut(lock, columns: 1), .clearly))
        return all
    }

    /// What the task has noted there.
    static var notes: [HostilePath] {
        var changes: [(String, Change)] = [0, 1, 2, 3, 4, 5, 7, 19, 20, 22, 24].map { column in
            ("checkpoint, \(column)", Change.value(["SELECT stage, source_uuid, gtid"], column: column, polyglot))
        }
        for (name, statement, column) in noted { changes.append((name, .value(statement, column: column, polyglot))) }
        changes.append(("fewer columns", .cut(["__dts__"], columns: 1)))
        return changes.map { name, change in
            HostilePath(name: "note: \(name)", role: .target, isLater: true, changes: ["INSERT INTO t (id) VALUES (2)"], change: change)
        }
    }

    private static let noted: [(String, [String], Int)] = [
        ("what is copied", ["SELECT source_database, source_table, last_key"], 2),
        ("definitions", ["SELECT source_database, source_table, definition"], 2), ("coverage", ["SELECT body FROM"], 0),
        ("identity", ["`__dts__`.identity"], 0), ("members", ["`__dts__`.member"], 0), ("statements", ["SELECT by_task, connection"], 2),
        ("decisions", ["SELECT statement, replacement"], 1),
    ]

    /// What it says of itself and its tables.
    static var words: [HostilePath] {
        var changes: [(String, Change)] = spoken.map { name, statement, column in (name, Change.value(statement, column: column, polyglot)) }
        changes.append(("numbers beyond all bounds", .value(["SHOW", "VARIABLES WHERE"], column: 1, "-9223372036854775808")))
        changes.append(("fewer columns", .cut(["SHOW"], columns: 1)))
        return changes.map { name, change in
            HostilePath(
                name: "answer: \(name)", role: .target, tables: table + ["CREATE VIEW v AS SELECT 1 AS one"], changes: ["INSERT INTO t (id) VALUES (2)"],
                change: change)
        }
    }

    private static let spoken: [(String, [String], Int)] = [
        ("name of a column", columns, 0), ("type of a column", columns, 1), ("whole type of a column", columns, 2), ("character set", columns, 4),
        ("collation", columns, 5), ("name of an index", ["information_schema.STATISTICS"], 0), ("collations", ["FROM information_schema.COLLATIONS"], 0),
        ("version", ["SELECT VERSION()"], 0), ("variables", ["SHOW GLOBAL VARIABLES WHERE"], 1),
        ("variables of the session", ["SHOW SESSION VARIABLES WHERE"], 1), ("account", ["SELECT CURRENT_USER()"], 0),
        ("mode", ["SELECT @@SESSION.sql_mode"], 0), ("GTIDs", ["@@GLOBAL.gtid_"], 0), ("place in its log", ["SHOW", "STATUS"], 0),
    ]

    private static let columns = ["information_schema.COLUMNS WHERE", "COLUMN_TYPE"]
}
