package import SyncModel
import SyncWire

extension Fleet {
    /// - Parameter name: a task, or a pair for both of its tasks.
    package func conflicts(
        of name: String,
        undecidedOnly: Bool,
        kind: ConflictClass? = nil,
        table: String? = nil,
        limit: Int,
        before: Int64?
    ) async throws(Failure) -> [StoredConflict] {
        let ids = try members(of: name).map(\.id)
        return try await environment.store.conflicts(
            ConflictSelection(tasks: ids, undecidedOnly: undecidedOnly, kind: kind, tableText: table, limit: limit, before: before)
        )
    }

    /// How many conflicts were forgotten on the target before they were told.
    /// - Parameter name: a task, or a pair for both of its tasks.
    package func conflictsMissed(by name: String) async throws(Failure) -> UInt64 {
        try await environment.store.conflictsMissed(by: try members(of: name).map(\.id))
    }

    package func conflict(_ id: Int64) async throws(Failure) -> StoredConflict {
        if let found = try await environment.store.conflict(id) { return found }
        throw Failure(.notFound, "there is no conflict \(id)", remedy: "'conflict list NAME' shows a task's conflicts")
    }

    /// Passes the operator's decision to the worker that runs, or to one started for it, and notes it.
    /// - Throws: `not-allowed` when the conflict does not await a decision; the worker's failure when it could not do it.
    package func resolveConflict(_ id: Int64, takingSource: Bool) async throws(Failure) -> StoredConflict {
        let found = try await conflict(id)
        guard !found.decided else {
            throw Failure(.notAllowed, "conflict \(id) does not await a decision", remedy: "nothing to do")
        }
        guard let task = tasks.values.first(where: { $0.id == found.task }) else {
            throw Failure(.notFound, "the task of conflict \(id) is gone", remedy: "nothing to do")
        }
        _ = try await task.errand(
            .resolve(conflict: found.sequence, take: takingSource ? .source : .target),
            leavesTraces: true
        )
        try await task.decided(id, as: takingSource ? .tookSource : .keptTarget)
        return try await conflict(id)
    }

    /// Name of the task with this identifier.
    package func taskName(_ id: String) async -> String {
        for (name, task) in tasks where task.id == id { return name }
        return id
    }

    /// The task, or both tasks of the pair, with this name.
    package func members(of name: String) throws(Failure) -> [TaskSupervisor] {
        if let pair = pairs[name] { return pair.tasks }
        if let task = tasks[name] { return [task] }
        if let record = unreadablePairs[name] ?? unreadableTasks[name] { throw record.failure }
        throw Failure(.notFound, "there is no task or pair '\(name)'", remedy: "'task list' and 'pair list' show all")
    }
}

extension TaskSupervisor {
    func decided(_ conflict: Int64, as decision: ConflictDecision) async throws(Failure) {
        try await environment.store.resolve(conflict, as: decision)
        undecided = try await environment.store.undecided(of: id)
        hub.notify()
    }
}
