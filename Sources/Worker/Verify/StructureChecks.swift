import SyncModel
import SyncMySQL
import WorkerLoad
import WorkerSchema

/// Whether the target can hold what the source holds.
enum StructureChecks {
    static let all: [Check] = [
        creatable, leftOut, definers, routines, notCopied, equal, types, engines, collations, triggers,
    ]

    private static let creatable = Check(
        "structure",
        needs: [.source, .target],
        "tables and views that the target can have exactly"
    ) { scope in
        guard scope.wantsStructure else { return .skip("no structure initialization") }
        // What does not exist is another item.
        let refusals = try scope.rehearsal().refusals.filter { $0.code != .unknownTable && $0.code != .unknownDatabase }
        guard let first = refusals.first else { return .pass("all can be created") }
        return .fail(.unsupported, listed(refusals.map(\.message)), remedy: first.remedy)
    }

    private static let leftOut = Check(
        "structure-left-out",
        needs: [.source, .target],
        "all that definitions say can be said on the target"
    ) { scope in
        guard scope.wantsStructure else { return .skip("no structure initialization") }
        let found = try scope.rehearsal().leftOut
        return found.isEmpty
            ? .pass("nothing is left out")
            : .alarm(
                "rows are the same without it, but the target's definitions will not say: \(listed(found))",
                remedy: "nothing, or create the tables on the target by hand and set if_target_exists: ignore"
            )
    }

    private static let definers = Check(
        "definers",
        needs: [.source, .target],
        "views and routines have the same definer on the target"
    ) { scope in
        guard scope.wantsStructure else { return .skip("no structure initialization") }
        let rehearsal = try scope.rehearsal()
        return rehearsal.replacedDefiners.isEmpty
            ? .pass("all can be kept")
            : .alarm(
                "will be of \(rehearsal.taskUser), with SQL SECURITY INVOKER, so that nobody gets the rights of the task's user: "
                    + listed(rehearsal.replacedDefiners),
                remedy:
                    "create these accounts on the target, and grant its user SET_ANY_DEFINER (MariaDB: SET USER); or accept it"
            )
    }

    private static let routines = Check(
        "routines",
        needs: [.source, .target],
        "procedures and functions that may be created"
    ) { scope in
        guard scope.wantsStructure else { return .skip("no structure initialization") }
        let made = try scope.rehearsal().routines
        if made.isEmpty { return .pass("none are to be copied") }
        return try RoutineChecks(scope).obstacle(to: made)
            ?? .pass("\(made.count) are copied once and not followed afterwards: \(listed(made.map(\.name)))")
    }

    /// What belongs to the selected databases and tables and stays behind.
    private static let notCopied = Check(
        "not-copied",
        needs: [.source],
        "nothing but tables, views and the selected routines"
    ) { scope in
        guard scope.wantsStructure else { return .skip("no structure initialization") }
        let found = try NotCopied(scope).names
        return found.isEmpty
            ? .pass("there is nothing else")
            : .alarm(
                "stay on the source only: \(listed(found))",
                remedy:
                    "create on the target by hand what is wanted there; triggers should do nothing while @dts_applying is not NULL"
            )
    }

    private static let equal = Check(
        "schema-equality",
        needs: [.source, .target],
        "tables that exist on both sides are equal"
    ) { scope in
        let collations = try CollationMap(target: try scope.session(.target))
        let comparison = SchemaComparison(
            collations,
            kindsDiffer: try scope.profile(.source).isMariaDB != scope.profile(.target).isMariaDB
        )
        var found: [String] = []
        var compared = 0
        for table in try scope.selected().tables {
            guard let here = try scope.definition(table.source), let there = try scope.definition(table.target, on: .target) else {
                continue
            }
            compared += 1
            let differences = comparison.differences(scope.objects.columns(of: table.source).applied(to: here), there)
            if !differences.isEmpty { found.append("\(table.target): \(differences.joined(separator: "; "))") }
        }
        return found.isEmpty
            ? .pass("\(compared) tables compared")
            : .fail(
                .schemaMismatch,
                listed(found),
                remedy: "change the target's tables with ALTER TABLE until they equal the source's"
            )
    }

    private static let types = Check("column-types", needs: [.source], "columns of types that travel exactly") {
        scope in
        var found: [String] = []
        for table in try scope.selected().tables {
            guard let definition = try scope.definition(table.source) else { continue }
            let selected = scope.objects.columns(of: table.source)
            if selected.obstacle(in: definition) != nil { continue }
            if let refusal = StructureRehearsal.refusal(of: definition, into: nil, selected: selected) { found.append(refusal.message) }
        }
        let versioned = try systemVersionedTables(scope)
        if !versioned.isEmpty { found.append("system-versioned: \(listed(versioned))") }
        return found.isEmpty
            ? .pass("all types are known")
            : .fail(
                .typeUnsupported,
                listed(found),
                remedy: "change the columns' types, or take the tables out of the task's objects"
            )
    }

    private static func systemVersionedTables(_ scope: VerifyScope) throws -> [String] {
        guard try scope.profile(.source).isMariaDB else { return [] }
        let selected = Set(try scope.selected().tables.map(\.source))
        return try scope.session(.source).rows(
            "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'SYSTEM VERSIONED'"
        ).compactMap { row in
            guard let database = row[0], let table = row[1] else { return nil }
            let name = TableName(database: database, table: table)
            return selected.contains(name) ? name.description : nil
        }
    }

    private static let engines = Check(
        "engines",
        needs: [.source, .target],
        "InnoDB on the target: rows and position have to commit together"
    ) { scope in
        var wrong: [TableName] = []
        var facts: [String] = []
        var converted: [TableName] = []
        var engines: [String] = []
        for table in try scope.selected().tables {
            if let there = try scope.definition(table.target, on: .target) {
                if there.engine.uppercased() != "INNODB" {
                    wrong.append(table.target)
                    facts.append("\(table.target) (\(there.engine))")
                }
            } else if let here = try scope.definition(table.source), here.engine.uppercased() != "INNODB" {
                converted.append(table.source)
                engines.append("\(table.source) (\(here.engine))")
            }
        }
        if !wrong.isEmpty {
            return .fail(
                .unsupported,
                "not InnoDB: \(listed(facts))",
                mend: Remedy(.target, wrong.map { "ALTER TABLE \($0.quoted) ENGINE = InnoDB" })
            )
        }
        return converted.isEmpty
            ? .pass("all InnoDB")
            : .alarm(
                "will become InnoDB on the target: \(listed(engines))",
                mend: Remedy(.source, converted.map { "ALTER TABLE \($0.quoted) ENGINE = InnoDB" }, "or accept it")
            )
    }

    private static let collations = Check("collations", needs: [.source, .target], "the same collations on both sides")
    { scope in
        guard scope.wantsStructure else { return .skip("no structure initialization") }
        let map = try CollationMap(target: try scope.session(.target))
        var mapped: Set<String> = []
        for table in try scope.selected().tables {
            for column in try scope.definition(table.source)?.columns ?? [] {
                if let collation = column.collation, !map.isExact(collation), let there = map.target(of: collation) {
                    mapped.insert("\(collation) becomes \(there)")
                }
            }
        }
        return mapped.isEmpty
            ? .pass("the target has all of them")
            : .alarm(
                listed(mapped.sorted()) + ": rare characters may be ordered or matched otherwise",
                remedy: "nothing, or give the columns a collation that both servers have"
            )
    }

    private static let triggers = Check(
        "target-triggers",
        needs: [.source, .target],
        "no triggers on the target's tables"
    ) { scope in
        let selected = Set(try scope.selected().tables.map(\.target))
        let found = try scope.session(.target).rows(
            "SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS"
        ).compactMap { row -> (table: TableName, trigger: TableName)? in
            guard let database = row[0], let table = row[1], let name = row[2] else { return nil }
            let place = TableName(database: database, table: table)
            return selected.contains(place) ? (place, TableName(database: database, table: name)) : nil
        }
        return found.isEmpty
            ? .pass("none")
            : .alarm(
                "they also fire for rows that the task writes: \(listed(found.map { "\($0.trigger.table) on \($0.table)" }))",
                mend: Remedy(
                    .target, found.map { "DROP TRIGGER \($0.trigger.quoted)" }, "or let their bodies do nothing while @dts_applying is not NULL")
            )
    }
}
