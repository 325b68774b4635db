import SyncModel
import SyncMySQL
import WorkerLoad
import WorkerSchema

/// Whether the selected objects are where they should be.
enum ObjectChecks {
    static let all: [Check] = [unknownDatabase, unknownTable, targetExists, targetTableMissing]

    private static let unknownDatabase = Check(
        "unknown-database",
        needs: [.source],
        "the selected databases exist on the source"
    ) { scope in
        let missing = try scope.selected().missing.filter { $0.code == .unknownDatabase }
        if scope.awaitsOtherHalf, !missing.isEmpty {
            return .pass("\(missing.count) databases are made by the other half of the pair")
        }
        return missing.isEmpty
            ? .pass("\(scope.objects.databases.count) databases")
            : .fail(
                .unknownDatabase,
                listed(missing.map(\.message)),
                remedy: "create them, or correct the names in the task's objects"
            )
    }

    private static let unknownTable = Check(
        "unknown-table",
        needs: [.source],
        "the selected tables and views exist on the source"
    ) { scope in
        var missing = try scope.selected().missing.filter { $0.code == .unknownTable }.map(\.message)
        for database in scope.objects.databases {
            guard let views = scope.objects.selection(database)?.views, !views.isEmpty else { continue }
            let known = Set(try SchemaReader(try scope.session(.source)).views(in: database))
            missing += views.filter { !known.contains($0) }.map { "the source has no view \(database).\($0)" }
        }
        missing += try StructureRehearsal.missingRoutines(scope.objects, try scope.session(.source)).map(\.message)
        if scope.awaitsOtherHalf, !missing.isEmpty {
            return .pass("\(missing.count) tables and views are made by the other half of the pair")
        }
        return missing.isEmpty
            ? .pass("\(try scope.selected().tables.count) tables")
            : .fail(.unknownTable, listed(missing), remedy: "create them, or correct the names in the task's objects")
    }

    private static let targetExists = Check(
        "target-exists",
        needs: [.source, .target],
        "with if_target_exists: error, nothing of the objects on the target"
    ) { scope in
        guard scope.spec.ifTargetExists == .error else { return .skip("if_target_exists is ignore") }
        guard scope.wantsStructure || scope.wantsData else { return .skip("no initialization") }
        if try scope.checkpoint() != nil { return .pass("the task has begun already") }
        let present = try scope.wantsStructure ? scope.rehearsal().present : tablesWithRows(scope).map(\.description)
        let what = scope.wantsStructure ? "exist on the target" : "hold rows on the target"
        return present.isEmpty
            ? .pass("none of them")
            : .fail(
                .targetExists,
                "\(what): \(listed(present))",
                remedy: "drop or rename them, map the names, or set if_target_exists: ignore"
            )
    }

    private static let targetTableMissing = Check(
        "target-table-missing",
        needs: [.source, .target],
        "without structure initialization, all tables on the target"
    ) { scope in
        if scope.wantsStructure { return .skip("the structure is made by the task") }
        let missing = try scope.rehearsal().missing
        return missing.isEmpty
            ? .pass("all tables are there")
            : .fail(
                .unknownTable,
                "not on the target: \(listed(missing.map(\.description)))",
                remedy: "create them, or let the task do it with 'initialization: [structure, data]'"
            )
    }

    private static func tablesWithRows(_ scope: VerifyScope) throws -> [TableName] {
        var result: [TableName] = []
        for table in try scope.selected().tables
        where try TargetInspector.hasRows(table.target, try scope.session(.target)) {
            result.append(table.target)
        }
        return result
    }
}
