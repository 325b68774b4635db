import SupervisorAPI
import SupervisorHTTP
import SupervisorTasks
import SyncModel

extension FleetOperations {
    func conflicts(of name: String, _ query: ConflictQuery) async throws -> ConflictPage {
        let before = try query.before.map { try Self.number($0) }
        // One more than asked for tells whether there are more.
        let found = try await fleet.conflicts(
            of: name,
            undecidedOnly: query.unresolvedOnly,
            limit: query.limit + 1,
            before: before
        )
        var views: [ConflictView] = []
        for conflict in found.prefix(query.limit) {
            views.append(ConflictView(conflict, task: await fleet.taskName(conflict.task)))
        }
        return ConflictPage(conflicts: views, more: found.count > query.limit, missed: try await fleet.conflictsMissed(by: name))
    }

    func conflict(_ id: String) async throws -> ConflictView {
        let found = try await fleet.conflict(try Self.number(id))
        return ConflictView(found, task: await fleet.taskName(found.task))
    }

    func resolveConflict(_ id: String, take side: ConflictSide) async throws -> ConflictView {
        let resolved = try await fleet.resolveConflict(try Self.number(id), takingSource: side == .source)
        return ConflictView(resolved, task: await fleet.taskName(resolved.task))
    }

    private static func number(_ id: String) throws(Failure) -> Int64 {
        if let number = Int64(id) { return number }
        throw Failure(
            .notFound,
            "there is no conflict '\(id)'",
            remedy: "'conflict list NAME' shows a task's conflicts"
        )
    }
}
