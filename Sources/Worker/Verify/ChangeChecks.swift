import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema

/// Whether the objects of a task that has begun can be changed to those of its specification.
enum ChangeChecks {
    static let all: [Check] = [change]

    private static let change = Check(
        "change",
        needs: [.source, .target],
        "objects are added only to a task that has copied its rows, and only such as can be copied beside the log"
    ) { scope in
        guard let checkpoint = try scope.checkpoint() else { return .pass("the task has not begun") }
        let target = try scope.session(.target)
        guard let coverage = try Coverage.read(task: scope.taskID, target), coverage.objects != scope.spec.objects else {
            return .pass("the objects are those that the task has synced so far")
        }
        let refusals = coverage.objects.refusals(of: scope.spec.objects)
        guard refusals.isEmpty else {
            return .fail(
                .notAllowed, refusals.joined(separator: "; "),
                remedy: "leave these fields as they were when the task last ran, or let it run without these objects before you add them anew")
        }
        let source = try scope.session(.source)
        let change = try ObjectChange(from: coverage.objects, to: scope.spec.objects, source)
        if change.isEmpty { return .pass("nothing is added; what is left out stays as it is on the target") }
        if let pair = scope.pair, let obstacle = try change.obstacle(in: pair, scope.spec, source) {
            return .fail(.notAllowed, obstacle, remedy: "create a pair of its own for the new objects")
        }
        if let pair = scope.pair, let other = try Coverage.read(task: pair.reverseTask, source) {
            let kept = change.kept(by: other)
            guard kept.isEmpty else {
                return .fail(
                    .notAllowed, "the other half of the pair carries these, and this one does not: \(listed(kept))",
                    remedy: "let both halves run; what has left the pair comes back only once both have left it, so add it again then")
            }
        }
        if checkpoint.stage != .incremental || !coverage.isComplete {
            return .fail(
                .notAllowed, "rows are still being copied", remedy: "wait until the task is in the incremental phase, then change it")
        }
        if let key = try change.unloggedCascades(source, try scope.profile(.source)).first {
            return .fail(
                .unsupported,
                "the source does not log what the foreign key of \(key.child) to \(key.parent) changes, so its rows cannot be copied "
                    + "while the log is applied",
                remedy: "create the task anew with all its objects"
            )
        }
        let present = try alreadyThere(change, scope)
        if !present.isEmpty {
            return .fail(
                .targetExists, "on the target already: \(listed(present))",
                remedy: "drop or rename them on the target, or map the names")
        }
        let added = listed((change.tables.map(\.source) + change.views).map(\.description))
        guard scope.wantsData else { return .pass("added: \(added)") }
        let unmergeable = try change.unmergeable(source)
        return unmergeable.isEmpty
            ? .pass("added: \(added)")
            : .alarm(
                "all other tables wait while these are copied: \(listed(unmergeable))",
                remedy: "add a primary key to them first, or accept it"
            )
    }

    /// With `if_target_exists: error`: what the target has of what is added, but for what an earlier attempt has made.
    private static func alreadyThere(_ change: ObjectChange, _ scope: VerifyScope) throws -> [String] {
        // What a side of a pair has that does not copy its rows would never reach the other.
        let isOneSided = scope.pair.map { !$0.mergesData && $0.direction == .aToB } ?? false
        guard scope.spec.ifTargetExists == .error || isOneSided, scope.wantsStructure || scope.wantsData else { return [] }
        let target = try scope.session(.target)
        let own = try LoadState(task: scope.taskID).noted(target)
        var found: [String] = []
        for source in change.tables.map(\.source) + change.views where !own.contains(source) {
            guard let name = scope.objects.target(of: source) ?? scope.objects.targetOfView(source) else { continue }
            let isThere =
                try scope.wantsStructure
                ? isThereByName(name, target) : TargetInspector.hasRows(name, target)
            if isThere { found.append(name.description) }
        }
        return found
    }

    private static func isThereByName(_ name: TableName, _ target: Session) throws(MySQLError) -> Bool {
        let reader = SchemaReader(target)
        return try (reader.tables(in: name.database) + reader.views(in: name.database)).contains(name.table)
    }
}
