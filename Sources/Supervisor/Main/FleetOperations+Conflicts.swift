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
            kind: query.kind,
            table: query.table,
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
        let resolved = try await fleet.resolveConflict(try Self.number(id), for: side.winner)
        var view = try await conflict(id)
        view.counterpart = resolved.dropFirst().first.map { String($0.id) }
        return view
    }

    func resolveConflicts(_ request: ResolveAllRequest) async throws -> ResolvedConflicts {
        let resolved = try await fleet.resolveConflicts(
            of: request.of, kind: request.kind, table: request.table, for: request.take.winner)
        return ResolvedConflicts(resolved: resolved.map { String($0.id) })
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

extension ConflictSide {
    fileprivate var winner: ConflictWinner {
        switch self {
        case .source: .source
        case .target: .target
        case .a: .a
        case .b: .b
        }
    }
}
