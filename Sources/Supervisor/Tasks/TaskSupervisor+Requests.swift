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
        try permit(request)
        let former = (requester, startIsNews, hasRun)
        requester = Requester.current
        switch request {
        case .start, .hold: startIsNews = true
        default: break
        }
        // Whoever asks for it takes the task over from any other daemon that has it.
        if request.bringsUp { hasRun = false }
        do throws(Failure) {
            try await change { machine throws(Failure) in try machine.handle(request) }
        } catch {
            (requester, startIsNews, hasRun) = former
            throw error
        }
    }

    /// - Throws: `not-allowed`, with what is possible.
    func permit(_ request: TaskStateMachine.Request) throws(Failure) {
        if request.bringsUp { try refuseIfIsolated() }
        guard machine.isAllowed(request) else { throw machine.refusal(of: request.word, offered: actions) }
    }

    /// Verifies the task and returns when all items are known. One that has been started goes on meanwhile, and is what it was
    /// afterwards, whatever was found.
    package func verify() async throws(Failure) {
        guard machine.verifiesAside else {
            try await request(.verify)
            return await waitUntilVerified()
        }
        try permit(.beside("verify"))
        let found = try await verificationAside()
        let verification = await note(await surroundings([:]).items.map(acknowledged) + found)
        guard !verification.failedItems.isEmpty else { return }
        await takeTurn()
        defer { endTurn() }
        // What is to start relies on no earlier verification any more.
        await handle(.fired(.freshness))
    }

    /// A pause or a stop ends the worker that verifies, and is not kept waiting for it: another one does it then.
    private func verificationAside() async throws(Failure) -> [CheckItem] {
        for attempt in 1... {
            do throws(Failure) {
                return try await reply(to: .verify).items
            } catch {
                guard error.code == .workerCrashed, machine.verifiesAside, attempt < TaskStateMachine.verifyAttempts else { throw error }
            }
        }
        return []
    }

    /// - Throws: `not-found` when the last verification has no such item, `not-allowed` when it cannot be skipped.
    package func skip(item name: String) async throws(Failure) {
        await takeTurn()
        defer { endTurn() }
        guard actions.contains("skip-check") else { throw machine.refusal(of: "skip-check", offered: actions) }
        guard let item = verification?.items.first(where: { $0.item == name }) else {
            throw Failure(
                .notFound,
                "the last verification of '\(record.name)' has no item '\(name)'",
                remedy: "verify first; 'task show' lists the items"
            )
        }
        guard item.level == .fail, !record.skippedItems.contains(name) else {
            throw Failure(
                .notAllowed,
                "item '\(name)' has not failed: it is '\(item.level.rawValue)'\(item.level == .fail ? ", and skipped from the next verification on" : "")",
                remedy: "there is nothing to skip"
            )
        }
        guard item.skippable else {
            throw Failure(.notAllowed, "item '\(name)' cannot be skipped: \(item.facts)", remedy: item.remedy)
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

    /// New ceilings, for this worker and all that follow. Returns when the worker that runs goes by them.
    package func limit(_ limits: Limits) async throws(Failure) {
        let (answers, reply) = AsyncStream<Result<Reply, Failure>>.makeStream()
        guard try await send(limits, for: .answer(reply)) else { return }
        // A worker that ends instead is followed by one that was told them when it was configured.
        do throws(Failure) {
            _ = try await outcome(of: answers)
        } catch {
            guard error.code == .workerCrashed else { throw error }
        }
    }

    /// - Returns: false when there is no worker to be told.
    private func send(_ limits: Limits, for purpose: Pending) async throws(Failure) -> Bool {
        await takeTurn()
        defer { endTurn() }
        try permit(.beside("limit"))
        let old = record
        record.spec.limits = limits
        do throws(Failure) {
            try await change { _ throws(Failure) in [] }
        } catch {
            record = old
            throw error
        }
        return send(.limit(record.spec.effectiveLimits), for: purpose)
    }

    func change(
        _ body: (inout TaskStateMachine) throws(Failure) -> [TaskStateMachine.Action]
    ) async throws(Failure) {
        let moment = TaskEvents.Moment(machine)
        var next = machine
        let actions = try body(&next)
        let unsaved = unsavedNotices.count
        let notices = unsavedNotices + notices(from: moment, to: TaskEvents.Moment(next))
        var written = record
        written.memory = next.memory
        if written.memory.failure == nil { written.failedAt = nil }
        do throws(Failure) {
            try await environment.store.save(written, notices: notices)
        } catch {
            storeFailed(error)
            throw error
        }
        environment.storeHealth.worked()
        unsavedNotices.removeFirst(unsaved)
        await takeUp(written, next, actions)
    }

    /// Makes a change that is stored.
    func takeUp(_ written: TaskRecord, _ next: TaskStateMachine, _ actions: [TaskStateMachine.Action]) async {
        let before = machine.memory
        record = written
        recordIsDirty = !unsavedNotices.isEmpty
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
        try await reply(to: command, leavesTraces: leavesTraces).answer
    }

    /// - Parameter configuration: what the task would be like; nil: as it is.
    func reply(
        to command: Command,
        leavesTraces: Bool = false,
        as configuration: Configuration? = nil
    ) async throws(Failure) -> Reply {
        let (answers, reply) = AsyncStream<Result<Reply, Failure>>.makeStream()
        let errand = Errand(command: command, configuration: configuration, reply: reply)
        for await _ in hub.changes() {
            if await begin(errand, leavesTraces: leavesTraces) { break }
            if isRemoved {
                throw Failure(.notFound, "the task is deleted", remedy: "create it again")
            }
        }
        return try await outcome(of: answers)
    }

    /// Gives one command to the worker that runs. Unlike ``errand(_:leavesTraces:)`` it launches none.
    /// - Throws: `worker-crashed` (transient) when none runs or it ended first.
    package func ask(_ command: Command) async throws(Failure) -> Answer {
        let (answers, reply) = AsyncStream<Result<Reply, Failure>>.makeStream()
        // One that leaves knows the task as it was.
        guard runIsReady, machine.process == .live(.run), send(command, for: .answer(reply)) else {
            throw Failure(.workerCrashed, "no worker runs", remedy: "wait until the task runs", kind: .transient)
        }
        return try await outcome(of: answers).answer
    }

    private func outcome(of answers: AsyncStream<Result<Reply, Failure>>) async throws(Failure) -> Reply {
        for await result in answers { return try result.get() }
        throw Failure(.timedOut, "the caller gave up", remedy: "ask again", kind: .transient)
    }

    /// - Returns: false while a worker is in the way.
    private func begin(_ errand: Errand, leavesTraces: Bool) async -> Bool {
        await takeTurn()
        defer { endTurn() }
        if runIsReady, machine.process == .live(.run) { return await tellRunner(errand) }
        let before = TaskEvents.Moment(machine)
        guard self.errand == nil, let actions = machine.beginErrand(leavesTraces: leavesTraces) else { return false }
        self.errand = errand
        await perform(actions)
        await noteChange(since: before)
        return true
    }

    /// A worker carries out its commands one after the other, so another configuration is for this one only.
    private func tellRunner(_ errand: Errand) async -> Bool {
        guard let configuration = errand.configuration else { return send(errand.command, for: .reply(errand.reply)) }
        let routes = await surroundings([:]).routes
        guard runIsReady, machine.process == .live(.run), send(.configure(configuration), for: .nobody), send(errand.command, for: .reply(errand.reply)) else { return false }
        return send(.configure(workersConfiguration(record.spec, record.secrets, routes)), for: .nobody)
    }
}
