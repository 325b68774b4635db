import SyncModel
import WorkerSchema

/// What the task's file asks for: whether this version can do it, and whether its parts go together.
enum OptionChecks {
    static let all: [Check] = [options, mapping]

    private static let systemDatabases: Set<String> = [
        "mysql", "information_schema", "performance_schema", "sys", metadataDatabase,
    ]

    private static let options = Check("options", needs: [], "only what this version does") { scope in
        var found: [String] = []
        switch scope.spec.conflict {
        case .newest, .newestCommitTime: found.append("the conflict policy '\(scope.spec.conflict.word)'")
        case .report, .ignore, .overwrite: break
        }
        guard found.isEmpty else {
            return .fail(
                .unsupported,
                "not supported yet: \(found.joined(separator: ", "))",
                remedy: "take it out of the task's file"
            )
        }
        return .pass("nothing unusual")
    }

    private static let mapping = Check(
        "object-mapping",
        needs: [],
        "user databases only, and no two tables with one name on the target"
    ) { scope in
        let system = scope.spec.objects.map(\.database).filter { systemDatabases.contains($0.lowercased()) }
        if !system.isEmpty {
            return .fail(
                .unsupported,
                "selected: \(system.joined(separator: ", "))",
                remedy: "take the server's own databases out of the objects"
            )
        }
        var seen: Set<String> = []
        var twice: [String] = []
        for selection in scope.spec.objects {
            let database = selection.mappedTo ?? selection.database
            let names = selection.tables.map { $0.map { "\(database).\($0.mappedTo ?? $0.name)" } } ?? [database]
            for name in names where !seen.insert(name).inserted { twice.append(name) }
        }
        let sources = Dictionary(grouping: scope.spec.objects.map(\.database)) { $0 }.filter { $0.value.count > 1 }.keys
            .sorted()
        if !sources.isEmpty {
            return .fail(
                .invalidFile,
                "named more than once: \(listed(sources))",
                remedy: "name each database once, with all its tables"
            )
        }
        if !twice.isEmpty {
            return .fail(.invalidFile, "two sources for \(listed(twice))", remedy: "map them to different names")
        }
        let count = scope.spec.objects.count
        return count == 0
            ? .fail(.invalidFile, "no objects are selected", remedy: "name at least one database")
            : .pass("\(count) databases")
    }
}
