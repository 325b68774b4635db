import Logging
import SyncModel
import SyncWire

/// What the worker says, and what it is told.
extension TaskSupervisor {
    func receive(_ event: WorkerEvent, from number: UInt64) async {
        guard number == workerNumber else { return }
        switch event {
        case .started(let handle):
            worker = handle
            // Dismissed before it was there.
            if case .leaving = machine.process { handle.dismiss() }
            hub.notify()
        case .connected:
            // Before the turn: others are asked, and nobody holds it while waiting for a worker.
            let begun = machine.process
            let failure = begun == .live(.verify) ? nil : await tellOthers()
            await takeTurn()
            defer { endTurn() }
            guard number == workerNumber, machine.process == begun else { return }
            await connected(failure)
        case .message(.progress(let progress)):
            await take(progress)
        case .message(.conflict(let record)):
            await take(record)
        case .message(let message):
            await takeTurn()
            defer { endTurn() }
            await take(message)
        }
    }

    /// - Parameter failure: why another task could not be told.
    private func connected(_ failure: Failure?) async {
        guard case .live(let begun) = machine.process else { return }
        if let failure {
            await refused(begun, failure)
            return
        }
        let routes = await surroundings([:]).routes
        guard case .live(let job) = machine.process else { return }
        toldRoutes = routes
        isConnected = true
        conflicts.begin()
        let present = workersConfiguration(record.spec, record.secrets, routes)
        let configuration = job == .errand ? errand?.configuration ?? present : present
        send(.configure(configuration), for: .configure(job))
    }

    /// Tells the worker that runs what follows from other tasks now. One that has not begun yet goes by it when it does.
    /// - Throws: the worker's ``Failure``.
    func follow(_ routes: TaskRoutes) async throws(Failure) {
        guard runIsReady, machine.process == .live(.run), toldRoutes != routes else { return }
        do throws(Failure) {
            _ = try await ask(.follow(routes))
            toldRoutes = routes
        } catch {
            // One that has ended is told when it starts again.
            if error.code != .workerCrashed { throw error }
        }
    }

    /// Takes counts that an answer or an earlier message told. They only grow, so the greater ones are the newer ones,
    /// whichever came first: an answer may overtake a progress message.
    func learn(_ counts: Counts) {
        guard let known = progress?.counts, known.passed < counts.passed else { return }
        progress?.counts = counts
        progressIsDirty = true
    }

    /// The hot path: once a second from every worker. It needs no turn, because it changes the machine only when the
    /// phase is news, or that the task moves.
    private func take(_ progress: Progress) async {
        let known = self.progress?.counts
        let moves = machine.awaitsProgress && self.progress.map(progress.shows(progressSince:)) == true
        self.progress = progress
        progressAt = environment.now()
        runHasTold = true
        // Until a worker knows by itself how late the target is, what was found before it stands.
        if progress.lagMs != nil || progress.phase != .incremental { measurement = nil }
        progressRate.note(progress, at: environment.now())
        if progress.phase == .incremental { copySince = nil } else { copySince = copySince ?? environment.now() }
        count(progress.bytesRead)
        if let known { learn(known) }
        progressIsDirty = true
        progressNumber += 1
        if moves || progress.phase != machine.phase {
            await takeTurn()
            defer { endTurn() }
            if moves { await handle(.moved) }
            if progress.phase != machine.phase { await handle(.phase(progress.phase)) }
        } else if hub.hasWaiters {
            hub.notify()
        }
    }

    private func take(_ message: WorkerMessage) async {
        switch message {
        case .answer(let answer): await take(answer)
        case .ready(let source, let target):
            record.source = source
            record.target = target
            recordIsDirty = true
            runIsReady = true
            hasRun = true
            await catchUpWithRoutes()
            await handle(.ready)
        case .phase(let phase): await handle(.phase(phase))
        case .checkItem(let item): take(item)
        case .ddlNotCarried(let statement): await take(statement)
        case .error(let failure):
            logger.warning(
                "Worker reports a failure",
                metadata: ["code": "\(failure.code.rawValue)", "reason": "\(failure.message)"]
            )
            await handle(.reported(failure))
        case .unknown(let type):
            logger.debug("Unknown message ignored", metadata: ["type": "\(type)"])
        case .hello, .progress, .conflict, .done: break
        }
    }

    /// The graph may have changed since the worker was configured.
    private func catchUpWithRoutes() async {
        let routes = await surroundings([:]).routes
        if routes != toldRoutes, send(.follow(routes), for: .nobody) { toldRoutes = routes }
    }

    private func take(_ item: CheckItem) {
        // A verification has some dozens of items; a worker that sends them without end is not listened to.
        guard foundItems.count < 10_000 else { return }
        foundItems.append(acknowledged(item))
    }

    /// What other tasks do may have changed since the last verification; when it fails by now, that does not count any more.
    func lookAround() async {
        let failed = await surroundings([:]).items.map(acknowledged).contains { $0.level == .fail }
        await takeTurn()
        defer { endTurn() }
        if failed { await handle(.fired(.freshness)) }
    }

    /// The item with the user's decision to go on in spite of it.
    func acknowledged(_ item: CheckItem) -> CheckItem {
        guard item.level == .fail, item.skippable, record.skippedItems.contains(item.item) else { return item }
        var item = item
        item.level = .skipped
        return item
    }

    private func take(_ answer: Answer) async {
        guard let purpose = pending.removeValue(forKey: answer.id) else { return }
        switch purpose {
        case .configure(let job):
            if let failure = answer.failure {
                await refused(job, failure)
            } else {
                begin(job)
            }
        case .job(.verify): await verificationEnded(answer)
        case .job(.errand):
            finishErrand(answer.failure.map { .failure($0) } ?? .success(Reply(answer: answer, items: foundItems)))
            await handle(.accepted(.errand, failure: answer.failure))
        case .job(.run): await handle(.accepted(.run, failure: answer.failure))
        case .pause:
            if let failure = answer.failure {
                logger.warning("Pause was refused", metadata: ["code": "\(failure.code.rawValue)"])
                await handle(.fired(.pause))
            } else {
                await handle(.pauseAnswered)
            }
        case .reply(let reply):
            reply.yield(answer.failure.map { .failure($0) } ?? .success(Reply(answer: answer, items: foundItems)))
            reply.finish()
            // What comes from here on belongs to the next command, also where nobody waited for this one any more.
            foundItems = []
        case .answer(let reply):
            reply.yield(answer.failure.map { .failure($0) } ?? .success(Reply(answer: answer, items: [])))
            reply.finish()
        case .nobody: break
        }
    }

    private func refused(_ job: TaskStateMachine.Job, _ failure: Failure) async {
        if job == .errand { finishErrand(.failure(failure)) }
        await handle(.accepted(job, failure: failure))
    }

    /// The worker knows its task: give it the job's command.
    private func begin(_ job: TaskStateMachine.Job) {
        switch job {
        case .verify: send(.verify, for: .job(.verify))
        case .run: send(.run, for: .job(.run))
        case .errand: send(errand?.command ?? .cleanUp, for: .job(.errand))
        }
    }

    private func verificationEnded(_ answer: Answer) async {
        if let source = answer.source { record.source = source }
        if let target = answer.target { record.target = target }
        recordIsDirty = recordIsDirty || answer.source != nil || answer.target != nil
        // What the tasks do to each other comes first, as whoever mends it need not read the rest.
        let items = await surroundings([:]).items.map(acknowledged)
        let verification = await note(items + foundItems)
        if let failure = answer.failure {
            await handle(.accepted(.verify, failure: failure))
        } else {
            await handle(.verified(failedItems: verification.failedItems))
        }
    }

    func finishErrand(_ result: Result<Reply, Failure>) {
        errand?.reply.yield(result)
        errand?.reply.finish()
        errand = nil
    }

    /// - Returns: false when there is no worker to tell; the answer, if any, will not come.
    @discardableResult
    func send(_ command: Command, for purpose: Pending) -> Bool {
        guard let worker, isConnected else { return false }
        let number = nextCommand
        nextCommand += 1
        guard worker.send(.command(id: number, command)) else { return false }
        pending[number] = purpose
        return true
    }

    func workerEnded(_ exit: WorkerExit, number: UInt64) async {
        await takeTurn()
        defer { endTurn() }
        guard number == workerNumber else { return }
        // Whoever sees the task stop because of a conflict finds it in the log.
        await storeAllConflicts()
        let told = Failure(
            .workerCrashed,
            "the worker ended before it answered",
            remedy: "ask again when the task runs",
            kind: .transient
        )
        worker = nil
        progressRate.reset()
        isConnected = false
        runIsReady = false
        for purpose in pending.values {
            switch purpose {
            case .reply(let reply), .answer(let reply):
                reply.yield(.failure(told))
                reply.finish()
            case .configure, .job, .pause, .nobody: break
            }
        }
        pending = [:]
        finishErrand(.failure(machine.reportedFailure ?? exit.failure ?? told))
        logger.info("Worker ended", metadata: ["status": "\(exit.description)"])
        await handle(.exited(exit))
    }
}

extension Progress {
    /// Whether the worker is getting on with its task: what it has brought about is more than it was, or there is nothing left to
    /// bring about. What it has read does not count: it may read the same again and again.
    fileprivate func shows(progressSince last: Progress) -> Bool {
        guard activeAt != last.activeAt else { return false }
        return phase != last.phase || position != last.position || counts != last.counts || load != last.load
            || transactionBytes != last.transactionBytes
            || phase == .incremental && backlogBytes == 0
    }
}

extension Counts {
    /// Source transactions that were gone past.
    fileprivate var passed: UInt64 { transactions + loopedTransactionsSkipped }
}
