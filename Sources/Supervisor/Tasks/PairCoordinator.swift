import Logging
package import SyncModel
import SyncWire

/// Two tasks as one two-way sync: starts them in the right order and passes on what is asked of both.
///
/// The **gate**: writes on B must not be lost between B's start and the start of b-to-a, and b-to-a must not run before
/// a-to-b follows A's log. So B's position is noted first (`prepare`), then a-to-b runs, and when it has reached the
/// incremental phase b-to-a starts from the note. Where both sides have data, both positions are noted and both tasks
/// run at once. Each step is stored before the next, and each may be repeated, so that
/// the supervisor may be killed at any point: ``drive()`` goes on with the first step that is not stored.
package actor PairCoordinator {
    /// How the start ended, for whoever waits for it.
    enum StartResult {
        case accepted
        case verificationFailed
        case failed(Failure)
    }

    package nonisolated let name: String
    package nonisolated let aToB: TaskSupervisor
    package nonisolated let bToA: TaskSupervisor
    package nonisolated let hub = ChangeHub()
    let environment: TaskEnvironment
    let logger: Logger
    var record: PairRecord
    var startResult: StartResult?
    /// Called when the pair has been deleted.
    private let removed: @Sendable () async -> Void
    /// Lets one change of the pair's settings through after the other, with its verification.
    private var changes = Turnstile()
    /// Lets one change of the stored pair through after the other.
    private var writes = Turnstile()
    var isDriving = false
    var drivesAgain = false

    package init(
        record: PairRecord,
        aToB: TaskSupervisor,
        bToA: TaskSupervisor,
        environment: TaskEnvironment,
        removed: @escaping @Sendable () async -> Void
    ) {
        name = record.name
        self.record = record
        self.aToB = aToB
        self.bToA = bToA
        self.environment = environment
        self.removed = removed
        var logger = environment.logger
        logger[metadataKey: "pair"] = "\(record.name)"
        self.logger = logger
    }

    package nonisolated var tasks: [TaskSupervisor] { [aToB, bToA] }
    package var gate: PairRecord.Gate { record.gate }
    package var scenario: PairSpec.Scenario { record.scenario }
    package var desired: Desired { record.desired }
    package var spec: PairSpec { record.spec }

    package func snapshots() async -> [TaskSnapshot] {
        [await aToB.snapshot, await bToA.snapshot]
    }

    /// The same with figures that are true also where no worker runs.
    package func measuredSnapshots() async -> [TaskSnapshot] {
        async let first = aToB.measuredSnapshot()
        async let second = bToA.measuredSnapshot()
        return [await first, await second]
    }

    package func state() async -> TaskState {
        .ofPair(await aToB.snapshot.state, await bToA.snapshot.state)
    }

    /// Goes on with what was wanted when the supervisor ended.
    package func boot() {
        switch record.desired {
        case .up: drive(byUser: false)
        case .paused, .stopped, .gone:
            // Killed between the pair's wish and those of its tasks. The next boot comes back to what fails, and so does
            // whoever asks for the same again.
            environment.jobs.add {
                do throws(Failure) {
                    try await self.finish()
                } catch {
                    self.logger.error(
                        "The pair could not be brought to what was wanted of it",
                        metadata: ["code": "\(error.code.rawValue)", "reason": "\(error.message)", "remedy": "\(error.remedy)"]
                    )
                }
            }
        case .idle, .held: break
        }
    }

    private func finish() async throws(Failure) {
        switch record.desired {
        case .paused: try await pause()
        case .stopped: try await stop()
        case .gone: try await delete()
        case .idle, .held, .up: break
        }
    }

    // MARK: Requests

    /// Looks at the target first where the scenario is `auto`, because the verification depends on it.
    package func verify() async throws(Failure) {
        let unresolved = await scenarioFailure()
        try await onBoth { task async throws(Failure) in try await task.verify() }
        if let unresolved, await verificationsPassed() { throw unresolved }
    }

    /// Verifies both tasks and runs the gate up to the point where a-to-b has been accepted for running.
    /// - Parameter time: microseconds since 1970 UTC at which the gate is run; nil: now.
    /// - Returns: false when the verification of a task failed; then nothing was started.
    /// - Throws: `not-allowed` when a task is in a state that it cannot be started from.
    package func start(at time: UInt64? = nil) async throws(Failure) -> Bool {
        for task in tasks { try await task.refuseIfIsolated() }
        if let time { try refuse(time) }
        switch record.desired {
        case .paused:
            throw Failure(.notAllowed, "pair '\(name)' is paused", remedy: "resume it: pair resume \(name)")
        case .stopped, .gone:
            throw Failure(.notAllowed, "pair '\(name)' is stopped for good", remedy: "create a new pair")
        case .idle, .held, .up:
            if record.gate == .open || (record.gate == .prepared && record.desired == .up) {
                try await restart([.failed, .verifyFailed], "start")
                return true
            }
        }
        startResult = nil
        // What other tasks do may have changed since the last verification.
        for task in tasks { await task.lookAround() }
        try await change { record in
            record.desired = .up
            record.startAt = time
        }
        let changes = hub.changes()
        drive(byUser: true)
        for await _ in changes {
            switch startResult {
            case nil: continue
            case .accepted: return true
            case .verificationFailed: return false
            case .failed(let failure): throw failure
            }
        }
        throw Failure(
            .timedOut,
            "the caller gave up",
            remedy: "the start goes on; see 'pair show \(name)'",
            kind: .transient
        )
    }

    private func refuse(_ time: UInt64) throws(Failure) {
        guard time > environment.now() else {
            throw Failure(
                .notAllowed,
                "the start time of pair '\(name)' has passed already",
                remedy: "give a time in the future, or start the pair at once: pair start \(name)"
            )
        }
        guard record.gate == .closed else {
            throw Failure(
                .notAllowed,
                "pair '\(name)' has been started already, so there is no time to start it at",
                remedy: "leave --at out: pair start \(name), or pair resume \(name)"
            )
        }
    }

    /// Starts what has failed again where it stopped.
    package func retry() async throws(Failure) {
        for task in tasks { try await task.refuseIfIsolated() }
        guard record.desired != .paused else {
            throw Failure(.notAllowed, "pair '\(name)' is paused", remedy: "resume it: pair resume \(name)")
        }
        guard record.gate == .open || (record.gate == .prepared && record.desired == .up) else {
            throw Failure(.notAllowed, "pair '\(name)' has not been started so far", remedy: "start it: pair start \(name)")
        }
        try await restart([.failed, .verifyFailed, .retrying], "retry")
        try await onBoth { task async throws(Failure) in await task.waitUntilVerified() }
    }

    /// A pair that has been started once has nothing to start but what has failed.
    private func restart(_ states: Set<TaskState>, _ word: String) async throws(Failure) {
        var restarted = false
        for task in tasks {
            let state = await task.snapshot.state
            guard states.contains(state) else { continue }
            try await task.request(state == .verifyFailed ? .start(at: nil) : .retry)
            restarted = true
        }
        guard restarted else {
            let state = await state()
            throw Failure(
                .notAllowed,
                "pair '\(name)' is \(state.rawValue)",
                remedy: state == .paused ? "resume it: pair resume \(name)" : "there is nothing to \(word)"
            )
        }
        try await change { $0.desired = .up }
        drive(byUser: true)
    }

    package func pause() async throws(Failure) {
        try await refuseWhenIdle("pause")
        guard await mayPause() else {
            throw Failure(.notAllowed, "pair '\(name)' is just being started", remedy: "wait until a-to-b runs")
        }
        try await change { $0.desired = .paused }
        try await onBoth { task async throws(Failure) in
            let state = await task.snapshot.state
            if state == .paused || state == .pausing || state == .failed || state == .stopped { return }
            try await task.request(.pause)
            await task.waitWhile { $0.state == .pausing }
        }
    }

    /// Not while the pair is being verified or prepared; one that waits for its time has both halves waiting.
    private func mayPause() async -> Bool {
        guard record.gate == .closed else { return true }
        guard record.startAt != nil else { return false }
        if record.desired == .paused { return true }
        for task in tasks where await task.snapshot.desired != .held { return false }
        return true
    }

    package func resume() async throws(Failure) {
        for task in tasks { try await task.refuseIfIsolated() }
        let current = await state()
        guard record.desired == .paused || current == .paused else {
            throw Failure(
                .notAllowed,
                "pair '\(name)' is \(current.rawValue)",
                remedy: "only a paused pair can be resumed"
            )
        }
        try await change { $0.desired = .up }
        for task in tasks {
            guard await task.snapshot.state == .paused else { continue }
            if record.gate == .closed {
                try await task.request(.hold(at: record.startAt))
            } else if task === bToA, record.gate != .open {
                try await task.request(.hold())
            } else {
                try await task.request(.resume)
            }
        }
        drive(byUser: false)
        try await onBoth { task async throws(Failure) in
            await task.waitWhile { $0.state == .scheduled && $0.desired == .up }
        }
    }

    package func stop() async throws(Failure) {
        try await refuseWhenIdle("stop")
        try await change { $0.desired = .stopped }
        try await onBoth { task async throws(Failure) in
            let state = await task.snapshot.state
            if state != .stopped && state != .stopping { try await task.request(.giveUp) }
            await task.waitWhile { $0.state == .stopping }
        }
    }

    /// Deletes both tasks, then the pair.
    package func delete() async throws(Failure) {
        try await change { $0.desired = .gone }
        try await onBoth { task async throws(Failure) in try await task.delete() }
        try await environment.store.remove(pair: name)
        await removed()
        hub.notify()
    }

    private func refuseWhenIdle(_ word: String) async throws(Failure) {
        guard record.desired == .idle else { return }
        throw Failure(.notAllowed, "pair '\(name)' has not been started", remedy: "'\(word)' needs a started pair")
    }

    /// Waits until nothing else changes the pair's settings.
    func beginSettings() async {
        if !changes.enter() { await withCheckedContinuation { changes.enqueue($0) } }
    }

    func endSettings() { changes.leave() }

    /// Waits until nobody else stores the pair.
    func beginWriting() async {
        if !writes.enter() { await withCheckedContinuation { writes.enqueue($0) } }
    }

    func endWriting() { writes.leave() }

    /// Stores the change, then makes it.
    func change(_ body: (inout PairRecord) -> Void) async throws(Failure) {
        await beginWriting()
        defer { endWriting() }
        var next = record
        body(&next)
        if next == record { return }
        do throws(Failure) {
            try await environment.store.save(next)
        } catch {
            environment.storeHealth.failed(error)
            throw error
        }
        environment.storeHealth.worked()
        // The store took its time; nothing else may have changed meanwhile but by this function.
        body(&record)
        hub.notify()
    }

    /// The same on both tasks at once; the first failure is thrown after both have ended.
    func onBoth(
        _ body: @escaping @Sendable (TaskSupervisor) async throws(Failure) -> Void
    ) async throws(Failure) {
        let aToB = aToB
        let bToA = bToA
        async let first = Self.outcome { () async throws(Failure) in try await body(aToB) }
        async let second = Self.outcome { () async throws(Failure) in try await body(bToA) }
        let outcomes = [await first, await second]
        for case .failure(let failure) in outcomes { throw failure }
    }

    private static func outcome(_ body: @Sendable () async throws(Failure) -> Void) async -> Result<Void, Failure> {
        do throws(Failure) {
            try await body()
            return .success(())
        } catch {
            return .failure(error)
        }
    }
}
