package import SyncModel
import SyncWire

/// What can be waited for.
package enum WaitTarget: Sendable, Hashable {
    /// The task, or both tasks of the pair, are in this state.
    case state(TaskState)
    case incremental
    /// All that the sources had committed when the wait began is committed on the targets. It ends also under writers.
    case caughtUp
    /// Caught up, again and again, until nothing is left to carry in either direction and no conflict is still being settled:
    /// without writers, all sides are final.
    case settled
}

extension Fleet {
    /// Returns the state of the task or pair at the moment at which the goal was reached.
    ///
    /// It sets no time limit; it ends with `timed-out` soon after its task has been cancelled.
    /// - Throws: the task's own failure when the goal cannot be reached without a person: it has failed, was stopped, or
    ///   was paused, and something else is waited for.
    package func wait(for goal: WaitTarget, of name: String) async throws(Failure) -> TaskState {
        let members = try members(of: name)
        try await refuseIfNeverStarted(members, goal, name)
        switch goal {
        case .state(let state): try await waitForAll(members, goal) { $0.state == state }
        case .incremental: try await waitForAll(members, goal) { $0.isIncremental }
        case .caughtUp: for one in await askAll(members, settling: false) { _ = try one.get() }
        case .settled: try await settle(members)
        }
        return await state(of: members)
    }

    /// What has not been started gets nowhere by itself, however long somebody waits.
    private func refuseIfNeverStarted(_ members: [TaskSupervisor], _ goal: WaitTarget, _ name: String) async throws(Failure) {
        if case .state(let state) = goal, TaskState.beforeStart.contains(state) { return }
        for task in members {
            guard await task.snapshot.hasNotStarted else { return }
            // A pair is started before its halves are.
            if let pair = await task.role?.pair, let coordinator = pairs[pair], await coordinator.desired != .idle { return }
        }
        let snapshot = await members.first?.snapshot
        if let failure = snapshot?.failure { throw failure }
        let isPair = pairs[name] != nil
        let command = isPair ? "pair start \(name)" : snapshot?.pair.map { "pair start \($0.pair)" } ?? "task start \(name)"
        throw Failure(.notAllowed, "\(isPair ? "pair" : "task") '\(name)' has not been started", remedy: "start it first: \(command)")
    }

    /// Until all hold it at once.
    private func waitForAll(
        _ members: [TaskSupervisor],
        _ goal: WaitTarget,
        _ isReached: @Sendable (TaskSnapshot) -> Bool
    ) async throws(Failure) {
        var allHold = false
        while !allHold {
            allHold = true
            for task in members where !isReached(await task.snapshot) {
                allHold = false
                try await task.waitFor(goal, isReached)
            }
        }
    }

    private func state(of members: [TaskSupervisor]) async -> TaskState {
        var states: [TaskState] = []
        for task in members { states.append(await task.snapshot.state) }
        guard let first = states.first, let last = states.last else { return .stopped }
        return .ofPair(first, last)
    }

    /// Asks all at once: what was committed anywhere before the call is waited for, and nothing that comes later.
    private func askAll(_ members: [TaskSupervisor], settling: Bool) async -> [Result<CaughtUp, Failure>] {
        await withTaskGroup(of: (Int, Result<CaughtUp, Failure>).self) { group in
            for (index, task) in members.enumerated() {
                group.addTask {
                    do throws(Failure) {
                        return (index, .success(try await task.catchUp(settling: settling)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var answers: [(Int, Result<CaughtUp, Failure>)] = []
            for await answer in group {
                answers.append(answer)
                // What one of them cannot reach, all of them together cannot.
                if case .failure = answer.1 { group.cancelAll() }
            }
            // The first failure is the cause; the others only gave up.
            if let failed = answers.first(where: { if case .failure = $0.1 { true } else { false } }) { return [failed.1] }
            return answers.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Rounds of a pair at rest: what is carried, what is found of it on the way back, and the proof that nothing is left.
    private static let roundsAtRest = 3

    /// One task is caught up once. A pair goes on in rounds until nothing travelled in either direction during a whole round: then
    /// neither side holds anything that the other one lacks. Under writers that may take for ever, so later rounds come when the
    /// workers have had something new to say, about once a second.
    private func quiet(_ members: [TaskSupervisor]) async throws(Failure) -> [CaughtUp] {
        var before: [Counts] = []
        for round in 1... {
            if round > Self.roundsAtRest { try await news(members) }
            var after: [CaughtUp] = []
            for one in await askAll(members, settling: true) { after.append(try one.get()) }
            if members.count == 1 || after.map(\.counts) == before { return after }
            before = after.map(\.counts)
        }
        return []
    }

    /// Returns when each worker has said how far it is, once more.
    private func news(_ members: [TaskSupervisor]) async throws(Failure) {
        var known: [UInt64] = []
        for task in members { known.append(await task.progressNumber) }
        for (task, number) in zip(members, known) { try await task.waitFor(.settled) { $0.progressNumber > number } }
    }

    /// Settling writes, so after it there may be something to catch up with again.
    private func settle(_ members: [TaskSupervisor]) async throws(Failure) {
        while try await quiet(members).contains(where: { $0.unresolvedConflicts > 0 }) {
            for task in members {
                try await task.waitFor(.settled) { $0.state == .running && $0.unresolvedConflicts == 0 }
            }
        }
    }
}

/// How far a task was when it had caught up.
struct CaughtUp: Sendable {
    var counts: Counts
    var unresolvedConflicts: UInt64
}

extension TaskSupervisor {
    /// - Throws: the task's failure when it is in a state that the goal cannot be reached from without a person.
    func waitFor(_ goal: WaitTarget, _ isReached: @Sendable (TaskSnapshot) -> Bool) async throws(Failure) {
        for await _ in hub.changes() {
            let now = snapshot
            if isRemoved { throw Failure(.notFound, "task '\(now.name)' was deleted", remedy: "nothing to wait for") }
            if isReached(now) { return }
            if let hopeless = Self.hopeless(now, goal) { throw hopeless }
        }
        throw Failure(.timedOut, "gave up waiting", remedy: "wait longer, or look at the task", kind: .transient)
    }

    /// Waits until the worker has committed all that its source had when it was asked, and returns the counts then. A
    /// worker that ends meanwhile is asked again when it is back.
    /// - Parameter settling: whether the number of unresolved conflicts matters.
    func catchUp(settling: Bool) async throws(Failure) -> CaughtUp {
        while true {
            try await waitFor(.caughtUp) { $0.isIncremental && $0.workerIsReady }
            let heard = progressNumber
            do throws(Failure) {
                let answer = try await ask(.catchUp)
                let unresolved = answer.unresolvedConflicts
                // Whoever looks at the task after the wait must find it as it was when the wait ended.
                if let counts = answer.counts { learn(counts) }
                await storeAllConflicts()
                if let counts = answer.counts, unresolved != nil || !settling {
                    return CaughtUp(counts: counts, unresolvedConflicts: unresolved ?? 0)
                }
                // A worker that does not say it in the answer says it in its next progress.
                let known = progressNumber
                try await waitFor(.caughtUp) { $0.progressNumber > known }
                return CaughtUp(counts: progress?.counts ?? Counts(), unresolvedConflicts: snapshot.unresolvedConflicts)
            } catch {
                if Task.isCancelled || error.kind != .transient { throw error }
                // It could not just now: let its next word come first, so as not to ask in a circle. When it has ended
                // instead, all there was to say has been said.
                for await _ in hub.changes() where !runIsReady || progressNumber != heard { break }
            }
        }
    }

    private static func hopeless(_ now: TaskSnapshot, _ goal: WaitTarget) -> Failure? {
        let needsPerson: Bool
        switch goal {
        // Somebody may yet verify, start, resume or retry it; only an end that follows from an error or a stop is final.
        case .state:
            needsPerson = now.state == .failed || now.state == .stopped || (now.state == .paused && now.failure != nil)
        case .incremental, .caughtUp, .settled:
            needsPerson = [.failed, .stopped, .paused, .verifyFailed].contains(now.state)
        }
        guard needsPerson else { return nil }
        return now.failure
            ?? Failure(
                .notAllowed,
                "task '\(now.name)' is \(now.state.rawValue)",
                remedy: now.state == .paused ? "resume it first" : "it does not run any more"
            )
    }
}
