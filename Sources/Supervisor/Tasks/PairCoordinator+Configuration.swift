package import SyncModel

/// Changes of a pair's settings: of both halves, or of neither.
extension PairCoordinator {
    /// Takes up the settings of another file. Both halves' changes are checked before either is made, and all is stored at
    /// once; halves that run go on with it as a task by itself does.
    ///
    /// - Parameter secrets: `source` is the password of A, `target` that of B.
    /// - Throws: `not-allowed` when the pair's state forbids it or a field cannot be changed any more;
    ///   `verification-failed` when the servers, or other tasks, do not allow it; `store-failed`. Then nothing has changed.
    package func configure(spec: PairSpec, secrets: Secrets) async throws(Failure) {
        await beginSettings()
        defer { endSettings() }
        // Changes of a half by itself take its own lock only, so the order of these two is all that matters.
        await aToB.beginChange()
        await bToA.beginChange()
        let outcome: Failure?
        do throws(Failure) {
            try await takeUp(spec, secrets)
            outcome = nil
        } catch {
            outcome = error
        }
        await bToA.endChange()
        await aToB.endChange()
        if let outcome { throw outcome }
    }

    private func takeUp(_ spec: PairSpec, _ secrets: Secrets) async throws(Failure) {
        let change = try await admissible(spec)
        try await verify(change, secrets)
        if change.hasBegun { try await refuseUnderWay(spec.prevails) }
        await takeBothTurns()
        await beginWriting()
        let outcome: Failure?
        do throws(Failure) {
            try await store(spec, secrets)
            outcome = nil
        } catch {
            outcome = error
        }
        endWriting()
        await bToA.endTurn()
        await aToB.endTurn()
        if let outcome { throw outcome }
        hub.notify()
    }

    /// Nobody may keep one turn while waiting for the other: who has the other may be waiting for this one.
    private func takeBothTurns() async {
        await aToB.takeTurn()
        while !(await bToA.takeTurnIfFree()) {
            await aToB.endTurn()
            await bToA.takeTurn()
            await bToA.endTurn()
            await aToB.takeTurn()
        }
    }

    private func store(_ spec: PairSpec, _ secrets: Secrets) async throws(Failure) {
        // The verification took its time.
        let change = try await admissible(spec)
        let plan = change.plan
        let forward = try await aToB.draft(plan.aToB, secrets, plan.role(.aToB, of: name, reverse: bToA.id))
        let backward = try await bToA.draft(plan.bToA, secrets.reversed, plan.role(.bToA, of: name, reverse: aToB.id))
        var next = record
        (next.spec, next.secrets, next.scenario) = (spec, secrets, change.scenario)
        do throws(Failure) {
            try await environment.store.save(next, tasks: [forward.record, backward.record])
        } catch {
            environment.storeHealth.failed(error)
            throw error
        }
        environment.storeHealth.worked()
        (record.spec, record.secrets, record.scenario) = (spec, secrets, change.scenario)
        await aToB.adopt(forward)
        await bToA.adopt(backward)
    }

    // MARK: Checking

    /// What other settings come to.
    private struct Change {
        var plan: PairPlan
        var scenario: PairSpec.Scenario
        var hasBegun: Bool
        var forward: SpecificationChange
        var backward: SpecificationChange
    }

    private func admissible(_ spec: PairSpec) async throws(Failure) -> Change {
        try await refuseByState()
        let stages = [await aToB.stage, await bToA.stage]
        let hasBegun = record.gate != .closed || stages.contains(.begun)
        let scenario = hasBegun ? record.scenario : spec.scenario
        let plan = PairPlan(spec, scenario: scenario)
        let change = Change(
            plan: plan, scenario: scenario, hasBegun: hasBegun, forward: try await aToB.change(to: plan.aToB), backward: try await bToA.change(to: plan.bToA))
        var refusals = change.forward.refusals.map { Self.named($0, source: "a", target: "b") }
        // Its objects are the same by other names.
        for refusal in change.backward.refusals where !refusal.hasPrefix("objects.") {
            let named = Self.named(refusal, source: "b", target: "a")
            if !refusals.contains(named) { refusals.append(named) }
        }
        if hasBegun {
            if ![.auto, record.scenario, record.spec.scenario].contains(spec.scenario) {
                refusals.append("scenario: was settled as \(record.scenario.rawValue) when the pair began")
            }
            if spec.ddl != record.spec.ddl { refusals.append("ddl: each half reads the logs by it since the pair began") }
        }
        guard refusals.isEmpty else {
            throw Failure(
                .notAllowed, "pair '\(name)' cannot be changed like this: \(refusals.joined(separator: "; "))",
                remedy: "leave these fields as they were, or create a new pair")
        }
        return change
    }

    private func refuseByState() async throws(Failure) {
        switch record.desired {
        case .stopped, .gone:
            throw Failure(.notAllowed, "'configure' is not possible while pair '\(name)' is stopped for good", remedy: "create a new pair")
        case .up where record.gate == .closed:
            throw Failure(
                .notAllowed, "'configure' is not possible while pair '\(name)' is just being started", remedy: "wait until it runs, then configure it")
        case .idle, .held, .paused, .up: break
        }
        guard await bToA.snapshot.desired != .held else {
            throw Failure(
                .notAllowed,
                "'configure' is not possible while pair '\(name)' is at its beginning: \(await bToA.snapshot.name) waits until the other half follows the log",
                remedy: "wait for that (wait \(name) --for incremental), or pause the pair first; 'task limit' is possible now")
        }
    }

    /// A conflict is decided twice, once by each half. Were one half to go by the old rule and the other by the new one, each
    /// side could end with the other's row: so nothing may be under way while the rule changes. A reported conflict is not
    /// decided before somebody says so.
    private func refuseUnderWay(_ prevails: PairSpec.Prevails) async throws(Failure) {
        guard prevails != record.spec.prevails, prevails != .none, record.spec.prevails != .none else { return }
        let remedy = "let the applications rest, wait for it (wait \(name) --for settled), then configure the pair"
        for task in tasks {
            let snapshot = await task.snapshot
            guard snapshot.isIncremental, snapshot.workerPID != nil else {
                throw Failure(
                    .notAllowed,
                    "prevails cannot be changed now: \(snapshot.name) is \(snapshot.state.rawValue), so changes may be under way that conflict",
                    remedy: remedy)
            }
        }
        var before: [Counts] = []
        // What one half brings, the other finds in its log, and drops.
        for _ in 0..<3 {
            let after = [try await aToB.catchUp(settling: false).counts, try await bToA.catchUp(settling: false).counts]
            if after == before { return }
            before = after
        }
        throw Failure(.notAllowed, "prevails cannot be changed now: changes are under way between the sides of pair '\(name)'", remedy: remedy)
    }

    /// A field of a half by its name in the pair's file.
    private static func named(_ refusal: String, source: String, target: String) -> String {
        for (old, new) in [("source.", source), ("target.", target)] where refusal.hasPrefix(old) {
            return "\(new).\(refusal.dropFirst(old.count))"
        }
        return refusal
    }

    /// What has begun is looked at on its servers, and what the two halves do to each other as they both will be.
    private func verify(_ change: Change, _ secrets: Secrets) async throws(Failure) {
        let halves = [
            (task: aToB, spec: change.plan.aToB, secrets: secrets, change: change.forward),
            (task: bToA, spec: change.plan.bToA, secrets: secrets.reversed, change: change.backward),
        ]
        let both = [aToB.id: change.plan.aToB, bToA.id: change.plan.bToA]
        for half in halves where half.change.concernsOthers {
            guard await half.task.stage == .begun else { continue }
            do throws(Failure) {
                try await half.task.verify(half.spec, half.secrets, onServers: half.change.concernsWhatIsSynced, with: both)
            } catch {
                var failure = error
                failure.message = "\(half.spec.name): \(error.message)"
                throw failure
            }
        }
    }
}

extension Secrets {
    /// Of the other half of a pair.
    package var reversed: Secrets { Secrets(source: target, target: source) }
}
