import Logging
import SyncModel
import SyncWire

/// The start of a pair, step by step.
extension PairCoordinator {
    /// Takes one step after the other until the gate is open. Only one of these runs at a time.
    func drive(byUser: Bool) {
        guard !isDriving else {
            drivesAgain = true
            return
        }
        isDriving = true
        drivesAgain = false
        environment.jobs.add { await self.driveToTheEnd(byUser: byUser) }
    }

    private func driveToTheEnd(byUser: Bool) async {
        var backoff = Backoff(seed: environment.now())
        while record.desired == .up {
            do throws(Failure) {
                if try await step(byUser: byUser) { break }
                backoff.reset()
            } catch {
                logger.warning(
                    "Start of the pair waits",
                    metadata: ["code": "\(error.code.rawValue)", "reason": "\(error.message)"]
                )
                if error.kind != .transient {
                    await giveUp(error)
                    break
                }
                await bToA.gateWaits(error)
                do { try await environment.clock.sleep(for: backoff.next(immediateFirst: false)) } catch { break }
            }
        }
        isDriving = false
        hub.notify()
        // Wanted up again while the last step ended.
        if drivesAgain, record.desired == .up, !Task.isCancelled { drive(byUser: byUser) }
    }

    /// - Returns: true when there is nothing more to do.
    private func step(byUser: Bool) async throws(Failure) -> Bool {
        switch record.gate {
        case .closed: return try await stepWhileClosed(byUser: byUser)
        case .prepared: return try await stepWhilePrepared()
        case .open:
            if await bToA.snapshot.desired == .held { try await bToA.request(.start(at: nil)) }
            startResult = .accepted
            return true
        }
    }

    private func stepWhileClosed(byUser: Bool) async throws(Failure) -> Bool {
        let due = record.startAt
        if let due, due > environment.now() { return try await waitForTime(due, byUser: byUser) }
        // Both were held for a time that has come, or does not count any more; b-to-a first, as a-to-b tells that it was so.
        if await aToB.snapshot.desired == .held {
            for task in [bToA, aToB] where await task.snapshot.desired == .held { try await task.request(.release) }
        }
        try await change { if $0.startAt == due { $0.startAt = nil } }
        // Somebody has named another time meanwhile.
        if record.startAt != nil { return false }
        let unresolved = await scenarioFailure()
        if await bToA.snapshot.desired != .held {
            // Servers that cannot be looked at fail the verification too, which says more about them.
            guard try await verifyBoth(byUser: byUser) else {
                try await change { if $0.desired == .up { $0.desired = .idle } }
                startResult = .verificationFailed
                return true
            }
            if let unresolved { throw unresolved }
            try await bToA.request(.hold())
        }
        _ = try await bToA.errand(.prepare, leavesTraces: true)
        if startsTogether { _ = try await aToB.errand(.prepare, leavesTraces: true) }
        await bToA.gateWaits(nil)
        try await change { $0.gate = .prepared }
        return false
    }

    /// Verifies now and holds both tasks until the pair is to start. What is old by then is verified again.
    private func waitForTime(_ time: UInt64, byUser: Bool) async throws(Failure) -> Bool {
        if await aToB.snapshot.desired != .held {
            let unresolved = await scenarioFailure()
            guard try await verifyBoth(byUser: byUser) else {
                try await change { record in
                    // A stop or a deletion that came meanwhile stands.
                    if record.desired == .up { record.desired = .idle }
                    record.startAt = nil
                }
                startResult = .verificationFailed
                return true
            }
            if let unresolved { throw unresolved }
        }
        for task in tasks { try await task.request(.hold(at: time)) }
        startResult = .accepted
        hub.notify()
        while waits(for: time), environment.now() < time {
            if Task.isCancelled { return true }
            await sleep(before: time)
        }
        return record.desired != .up
    }

    /// Neither half may go its own way until then: where one is past the gate, the other has to be prepared.
    package var waitsForItsTime: Bool {
        (record.desired == .up || record.desired == .paused) && record.gate == .closed && record.startAt != nil
    }

    private func waits(for time: UInt64) -> Bool { record.desired == .up && record.startAt == time }

    /// Returns when the pair waits for this no more, or after half a minute at most, so that a change of the clock is noticed.
    private func sleep(before time: UInt64) async {
        let (changes, clock, now) = (hub.changes(), environment.clock, environment.now())
        let left = Duration.microseconds(Int64(clamping: time > now ? time - now : 0))
        await withTaskGroup(of: Void.self) { group in
            // A cancelled sleep ends early: the pair has changed, or the daemon ends.
            group.addTask { do { try await clock.sleep(for: min(left, .seconds(30))) } catch {} }
            group.addTask {
                for await _ in changes where await !self.waits(for: time) { return }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func stepWhilePrepared() async throws(Failure) -> Bool {
        let state = await aToB.snapshot
        if state.desired == .idle { try await aToB.request(.start(at: nil)) }
        if startResult == nil {
            startResult = .accepted
            hub.notify()
        }
        guard try await isOpenable() else { return true }
        try await change { $0.gate = .open }
        return false
    }

    /// Waits until b-to-a may start.
    /// - Returns: false when that is not wanted any more.
    private func isOpenable() async throws(Failure) -> Bool {
        if startsTogether { return true }
        // The pair's own changes (pause, stop) reach a-to-b too, so listening to it is enough.
        for await _ in aToB.hub.changes() {
            if record.desired != .up { return false }
            let snapshot = await aToB.snapshot
            if snapshot.state == .verifyFailed || snapshot.desired == .gone { return false }
            if snapshot.isIncremental { return true }
        }
        return false
    }

    /// Where both sides have data, both positions are noted and both tasks run from the beginning: each copies its rows
    /// beside the other's stream.
    private var startsTogether: Bool { record.scenario == .bothHaveData || record.scenario == .inSync }

    private func giveUp(_ failure: Failure) async {
        await bToA.gateFailed(failure)
        startResult = .failed(failure)
        if record.desired == .up { record.desired = .idle }
        record.startAt = nil
        do throws(Failure) { try await environment.store.save(record) } catch { environment.storeHealth.failed(error) }
    }

    /// - Returns: false when an item failed.
    private func verifyBoth(byUser: Bool) async throws(Failure) -> Bool {
        try await onBoth { task async throws(Failure) in
            if await task.isFreshlyVerified { return }
            let state = await task.snapshot.state
            if state != .verifying { try await task.request(.verify) }
            await task.waitUntilVerified()
        }
        if await verificationsPassed() { return true }
        for task in tasks where !byUser {
            // After a restart of the supervisor the servers may still be on their way up.
            if let failure = await task.snapshot.failure, failure.kind == .transient { throw failure }
        }
        return false
    }

    func verificationsPassed() async -> Bool {
        for task in tasks where !(await task.isFreshlyVerified) { return false }
        return true
    }

    /// Whether the changes of each side reach the other already, by tasks that pass them on.
    private var isInSync: Bool {
        get async {
            for task in tasks where !(await task.surroundings([:]).isFedAlready) { return false }
            return true
        }
    }

    /// Looks at the target where the scenario is `auto`.
    /// - Returns: why that did not succeed.
    func scenarioFailure() async -> Failure? {
        do throws(Failure) {
            try await resolveScenario()
            return nil
        } catch {
            return error
        }
    }

    private func resolveScenario() async throws(Failure) {
        while record.scenario == .auto {
            let spec = record.spec
            let scenario = try await scenarioFound()
            await beginSettings()
            defer { endSettings() }
            // Other servers or objects were given meanwhile.
            guard record.spec == spec, record.scenario == .auto else { continue }
            let plan = PairPlan(spec, scenario: scenario)
            try await aToB.configure(spec: plan.aToB, secrets: await aToB.secrets, mergesData: plan.mergesData)
            try await bToA.configure(spec: plan.bToA, secrets: await bToA.secrets, mergesData: plan.mergesData)
            try await change { $0.scenario = scenario }
            logger.info("Scenario resolved", metadata: ["scenario": "\(record.scenario.rawValue)"])
        }
    }

    private func scenarioFound() async throws(Failure) -> PairSpec.Scenario {
        let answer = try await aToB.errand(.inspect)
        guard let target = answer.targetState else {
            throw Failure(
                .protocolViolation,
                "the worker sent the message 'answer' to 'inspect' with the field 'target_state' missing; it is mandatory there",
                remedy: "set the pair's scenario by hand, or update the worker",
                kind: .permanent
            )
        }
        return await isInSync ? .inSync : PairSpec.Scenario(target)
    }
}
