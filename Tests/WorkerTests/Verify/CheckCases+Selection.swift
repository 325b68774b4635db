import SyncModel
import SyncMySQL
import TestSupport
import WorkerVerify

extension CheckCase {
    /// What the task's file chooses of the objects, and changes of that.
    static let selection: [CheckCase] = [
        CheckCase(
            item: "row-filters", level: .fail, code: .invalidFile, named: "d.t", before: { $0.choose(TableSelection(name: "t", filter: "id > 1")) },
            breaks: { $0.choose(TableSelection(name: "t", filter: "v > 1")) }, mends: { $0.choose(TableSelection(name: "t", filter: "v > '1'")) }),
        CheckCase(
            item: "row-filters", level: .alarm, named: "d.t", before: { $0.makePair() },
            breaks: { $0.choose(TableSelection(name: "t", filter: "id > 1")) }, mends: { $0.choose(TableSelection(name: "t")) }),
        CheckCase(
            item: "column-selection", level: .fail, code: .unsupported, named: "d.t",
            before: { $0.choose(TableSelection(name: "t", columns: ["id"])) }, breaks: { $0.choose(TableSelection(name: "t", columns: ["v"])) },
            mends: { $0.choose(TableSelection(name: "t", columns: ["id", "v"])) }),
        CheckCase(
            item: "selection-cascades", level: .fail, code: .unsupported, named: "d.c to d.t", kinds: [.mariadb],
            before: {
                try $0.run(.source, "CREATE TABLE d.c (id INT PRIMARY KEY, p INT)")
                $0.choose(TableSelection(name: "t", filter: "id > 1"), TableSelection(name: "c"))
            },
            breaks: { try $0.run(.source, "ALTER TABLE d.c ADD CONSTRAINT k FOREIGN KEY (p) REFERENCES d.t (id) ON DELETE CASCADE") },
            mends: { try $0.run(.source, "ALTER TABLE d.c DROP FOREIGN KEY k") }),
        .healthy("selection-cascades", .pass, [.mysql]),
        CheckCase(
            item: "change", level: .fail, code: .targetExists, named: "d.u",
            before: {
                $0.choose(TableSelection(name: "t"))
                try $0.beginTask()
                try $0.run(.source, "CREATE TABLE d.u (id INT PRIMARY KEY)")
                $0.choose(TableSelection(name: "t"), TableSelection(name: "u"))
            }, breaks: { try $0.run(.target, "CREATE DATABASE d", "CREATE TABLE d.u (id INT PRIMARY KEY)") },
            mends: { try $0.run(.target, "DROP TABLE d.u") }),
        // Half of a pair: both sides write what is added.
        CheckCase(
            item: "change", level: .fail, code: .notAllowed, named: "carries definition statements", before: { try $0.addToPair() },
            breaks: { $0.spec.sql.ddl = .all }, mends: { $0.spec.sql.ddl = .none }),
        CheckCase(
            item: "change", level: .fail, code: .notAllowed, named: "d.u",
            before: { try $0.addToPair() }, breaks: { try $0.run(.source, "ALTER TABLE d.u DROP PRIMARY KEY") },
            mends: { try $0.run(.source, "ALTER TABLE d.u ADD PRIMARY KEY (id)") }),
        CheckCase(
            item: "change", level: .fail, code: .notAllowed, named: "copies no rows", before: { try $0.addToPair() },
            breaks: { $0.spec.initialization = [] }, mends: { $0.spec.initialization = [.data] }),
        // Side B's rows would not be copied to A.
        CheckCase(
            item: "change", level: .fail, code: .targetExists, named: "d.u",
            before: {
                try $0.addToPair()
                try $0.run(.target, "CREATE DATABASE d", "CREATE TABLE d.u (id INT PRIMARY KEY)")
            }, breaks: { try $0.run(.target, "INSERT INTO d.u VALUES (1)") }, mends: { try $0.run(.target, "DELETE FROM d.u") }),
    ]
}

extension CheckBench {
    /// Half of a pair that has begun with `t` gets `u` too.
    fileprivate func addToPair() throws {
        makePair()
        spec.initialization = [.data]
        spec.ifTargetExists = .ignore
        spec.sql.ddl = .none
        choose(TableSelection(name: "t"))
        try beginTask()
        try run(.source, "CREATE TABLE d.u (id INT PRIMARY KEY)")
        choose(TableSelection(name: "t"), TableSelection(name: "u"))
    }

    /// Only these tables are synced.
    fileprivate func choose(_ tables: TableSelection...) { spec.objects = [ObjectSelection(database: "d", tables: tables)] }
}
