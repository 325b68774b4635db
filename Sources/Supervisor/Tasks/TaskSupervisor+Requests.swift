import Logging
package import SyncModel
package import SyncWire

/// What people, and the pair's coordinator, ask for.
extension TaskSupervisor {
    /// Stores the wish, then acts on it.
    /// - Throws: `not-allowed`, `store-failed`; then nothing has changed.
    package func request(_ request: TaskStateMachine.Request) async throws(Failure) {
        await takeTurn()
        defer { endTurn() }
        try await change { machine throws(Failure) in try machine.handle(request) }
    }

    /// - Parameter mergesData: for a task of a pair; nil: as before.
    /// - Throws: `not-allowed` when the task's state, or what changed, forbids it.
    package func configure(spec: TaskSpec, secrets: Secrets, mergesData: Bool? = nil) async throws(Failure) {
        await takeTurn()
        defer { endTurn() }
        let harmless = record.spec.differsHarmlessly(from: spec)
        let old = record
        record.spec = spec
        record.secrets = secrets
        if let mergesData { record.pair?.mergesData = mergesData }
        if !harmless { record.skippedItems = [] }
        do throws(Failure) {
            try await change { machine throws(Failure) in
                machine.retryMinutes = spec.retryMinutes
                return try machine.handle(.configure(harmless: harmless))
            }
        } catch {
            record = old
            throw error
        }
    }

    /// - Throws: `not-found` when the last verification has no such item, `not-allowed` when it cannot be skipped.
    package func skip(item name: String) async throws(Failure) {
        await takeTurn()
        defer { endTurn() }
        guard let item = verification?.items.first(where: { $0.item == name }) else {
            throw Failure(
                .notFound,
                "the last verification of '\(record.name)' has no item '\(name)'",
                remedy: "verify first; 'task show' lists the items"
            )
        }
        guard item.skippable else {
            throw Failure(.notAllowed, "item '\(name)' cannot be skipped", remedy: item.remedy)
        }
        let old = record
        record.skippedItems.insert(name)
        do throws(Failure) {
            try await change { _ throws(Failure) in [] }
        } catch {
            record = old
            throw error
        }
    }

    /// New ceilings, for this worker and all that follow.
    package func limit(_ limits: Limits) async throws(Failure) {
        await takeTurn()
        defer { endTurn() }
        let old = record
        record.spec.limits = limits
        do throws(Failure) {
            try await change { _ throws(Failure) in [] }
        } catch {
            record = old
            throw error
        }
        send(.limit(limits), for: .nobody)
    }

    private func change(
        _ body: (inout TaskStateMachine) throws(Failure) -> [TaskStateMachine.Action]
    ) async throws(Failure) {
        let before = machine.memory
        var next = machine
        let actions = try body(&next)
        var written = record
        written.memory = next.memory
        if written.memory.failure == nil { written.failedAt = nil }
        do throws(Failure) {
            try await environment.store.save(written, notices: unsavedNotices)
        } catch {
            storeFailed(error)
            throw error
        }
        environment.storeHealth.worked()
        unsavedNotices = []
        record = written
        recordIsDirty = false
        machine = next
        if before.state != next.state {
            logger.info(
                "State changed",
                metadata: ["from": "\(before.state.rawValue)", "to": "\(next.state.rawValue)"]
            )
        }
        await perform(actions)
        hub.notify()
    }

    /// Gives one command to a worker and returns its answer: to the one that runs, or to one launched for it.
    ///
    /// - Parameter leavesTraces: whether the command writes to the databases.
    /// - Throws: the worker's ``Failure``; `worker-crashed` when it ended first; `timed-out` when the caller is cancelled.
    package func errand(_ command: Command, leavesTraces: Bool = false) async throws(Failure) -> Answer {
        let (answers, reply) = AsyncStream<Result<Answer, Failure>>.makeStream()
        for await _ in hub.changes() {
            if await begin(command, leavesTraces: leavesTraces, reply: reply) { break }
            if isRemoved {
                throw Failure(.notFound, "the task is deleted", remedy: "create it again")
            }
        }
        return try await answer(from: answers)
    }

    /// Gives one command to the worker that runs. Unlike ``errand(_:leavesTraces:)`` it launches none.
    /// - Throws: `worker-crashed` (transient) when none runs or it ended first.
    package func ask(_ command: Command) async throws(Failure) -> Answer {
        let (answers, reply) = AsyncStream<Result<Answer, Failure>>.makeStream()
        guard runIsReady, send(command, for: .reply(reply)) else {
            throw Failure(.workerCrashed, "no worker runs", remedy: "wait until the task runs", kind: .transient)
        }
        return try await answer(from: answers)
    }

    private func answer(from answers: AsyncStream<Result<Answer, Failure>>) async throws(Failure) -> Answer {
        for await result in answers { return try result.get() }
        throw Failure(.timedOut, "the caller gave up", remedy: "ask again", kind: .transient)
    }

    /// - Returns: false while a worker is in the way.
    private func begin(
        _ command: Command,
        leavesTraces: Bool,
        reply: AsyncStream<Result<Answer, Failure>>.Continuation
    ) async -> Bool {
        await takeTurn()
        defer { endTurn() }
        if runIsReady, machine.process == .live(.run) { return send(command, for: .reply(reply)) }
        let before = machine.memory
        guard errand == nil, let actions = machine.beginErrand(leavesTraces: leavesTraces) else { return false }
        errand = Errand(command: command, reply: reply)
        await perform(actions)
        await noteChange(since: before)
        return true
    }
}

extension TaskSpec {
    /// Whether a task with a checkpoint can go on with the other specification: what is synced, and what was done about
    /// it at the start, are the same.
    package func differsHarmlessly(from other: TaskSpec) -> Bool {
        initialization == other.initialization && ifTargetExists == other.ifTargetExists && sql == other.sql
            && objects == other.objects
    }
}
