import SupervisorTasks
import SyncModel
import SyncWire
import Synchronization
import Testing

/// A pair that starts at a time, that is started again, and what was never started.
@Suite("Starts of pairs", .timeLimit(.minutes(10)))
struct PairStartTests {
    private static let forward = PairTests.forward
    private static let backward = PairTests.backward
    private static let second: UInt64 = 1_000_000

    /// A clock of the day that a test sets.
    private final class Day: Sendable {
        private let time = Mutex<UInt64>(PairStartTests.second)
        var now: UInt64 { time.withLock { $0 } }
        func set(_ now: UInt64) { time.withLock { $0 = now } }
    }

    private func startedAt(_ time: UInt64, _ fixture: FleetFixture) async throws -> PairCoordinator {
        let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
        #expect(try await pair.start(at: time))
        return pair
    }

    @Test("a pair verifies now, waits for its time, and then runs its gate")
    func atATime() async throws {
        let day = Day()
        try await FleetFixture.with(now: { day.now }) { fixture in
            let pair = try await startedAt(11 * Self.second, fixture)
            for task in await pair.snapshots() {
                #expect(task.state == .scheduled && task.startAt == 11 * Self.second)
            }
            #expect(fixture.store.contents.pairs["shop"]?.startAt == 11 * Self.second)
            #expect(fixture.launcher.log.filter { $0.hasSuffix(" verify") }.count == 2)
            #expect(!fixture.launcher.log.contains { $0.hasSuffix(" prepare") || $0.hasSuffix(" run") })
            day.set(11 * Self.second)
            await fixture.clock.passWhenAwaited(.seconds(10)...(.seconds(10)))
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            #expect(await pair.gate == .open)
            #expect(await pair.snapshots().map(\.startAt) == [nil, nil])
            #expect(fixture.store.contents.pairs["shop"]?.startAt == nil)
            // Fresh enough: not verified again.
            #expect(fixture.launcher.log.filter { $0.hasSuffix(" verify") }.count == 2)
        }
    }

    @Test("a verification that fails while the pair waits for its time counts when that has come")
    func verificationMeanwhile() async throws {
        let day = Day()
        let isBad = Mutex(false)
        let item = CheckItem(item: "binlog-format", level: .fail, facts: "MIXED")
        let launcher = ScriptedLauncher { _, command in command == .verify && isBad.withLock { $0 } ? .find([item]) : nil }
        try await FleetFixture.with(launcher: launcher, now: { day.now }) { fixture in
            let pair = try await startedAt(11 * Self.second, fixture)
            isBad.withLock { $0 = true }
            try await pair.verify()
            #expect(await pair.snapshots().map(\.state) == [.scheduled, .scheduled])
            day.set(11 * Self.second)
            await fixture.clock.passWhenAwaited(.seconds(10)...(.seconds(10)))
            for task in pair.tasks { await task.waitWhile { $0.state != .verifyFailed } }
            #expect(!fixture.launcher.log.contains { $0.hasSuffix(" run") || $0.hasSuffix(" prepare") })
        }
    }

    @Test("a pair that waits for its time is paused, and goes on waiting when it is resumed")
    func pausedMeanwhile() async throws {
        let day = Day()
        let store = MemoryStore()
        try await FleetFixture.with(store: store, now: { day.now }) { fixture in
            let pair = try await startedAt(11 * Self.second, fixture)
            try await pair.pause()
            #expect(await pair.snapshots().map(\.state) == [.paused, .paused])
            let half = await #expect(throws: Failure.self) { try await fixture.fleet.resumeTask(Self.forward) }
            #expect(half?.code == .notAllowed)
            // Its time comes and goes.
            day.set(12 * Self.second)
        }
        try await FleetFixture.with(store: store, now: { day.now }) { fixture in
            let pair = try await fixture.fleet.pair("shop")
            #expect(await pair.snapshots().map(\.state) == [.paused, .paused])
            #expect(!fixture.launcher.log.contains { $0.hasSuffix(" run") })
            try await pair.resume()
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            #expect(await pair.gate == .open)
        }
        try await FleetFixture.with(now: { day.now }) { fixture in
            let pair = try await startedAt(21 * Self.second, fixture)
            try await pair.pause()
            try await pair.resume()
            for task in await pair.snapshots() { #expect(task.state == .scheduled && task.startAt == 21 * Self.second) }
            #expect(!fixture.launcher.log.contains { $0.hasSuffix(" run") })
            try await pair.pause()
            try await pair.stop()
            #expect(await pair.snapshots().map(\.state) == [.stopped, .stopped])
        }
    }

    @Test("neither half of a pair that waits for its time goes its own way")
    func halves() async throws {
        let day = Day()
        try await FleetFixture.with(now: { day.now }) { fixture in
            _ = try await startedAt(11 * Self.second, fixture)
            for half in [Self.forward, Self.backward] {
                let requests: [@Sendable () async throws -> Void] = [
                    { try await fixture.fleet.pauseTask(half) }, { try await fixture.fleet.resumeTask(half) }, { try await fixture.fleet.retryTask(half) },
                ]
                for request in requests {
                    let refused = await #expect(throws: Failure.self) { try await request() }
                    #expect(refused?.code == .notAllowed && refused?.message.contains("waits for the time of pair 'shop'") == true)
                }
            }
            #expect(!fixture.launcher.log.contains { $0.hasSuffix(" run") })
        }
    }

    @Test("another time is taken up, a start without one starts at once, and a stop ends the waiting")
    func otherTime() async throws {
        let day = Day()
        try await FleetFixture.with(now: { day.now }) { fixture in
            let pair = try await startedAt(11 * Self.second, fixture)
            #expect(try await pair.start(at: 21 * Self.second))
            #expect(await pair.snapshots().map(\.startAt) == [21 * Self.second, 21 * Self.second])
            #expect(try await pair.start())
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            let late = await #expect(throws: Failure.self) { try await pair.start(at: 31 * Self.second) }
            #expect(late?.code == .notAllowed && late?.message.contains("has been started already") == true)
            let past = await #expect(throws: Failure.self) { try await pair.start(at: 1) }
            #expect(past?.message.contains("has passed already") == true)
        }
        try await FleetFixture.with(now: { day.now }) { fixture in
            let pair = try await startedAt(11 * Self.second, fixture)
            try await pair.stop()
            #expect(await pair.snapshots().map(\.state) == [.stopped, .stopped])
        }
    }

    @Test("a supervisor that was down when the time came starts the pair at once, after another verification")
    func downAtTheTime() async throws {
        let day = Day()
        let store = MemoryStore()
        try await FleetFixture.with(store: store, now: { day.now }) { fixture in _ = try await startedAt(11 * Self.second, fixture) }
        day.set(100 * Self.second)
        try await FleetFixture.with(store: store, now: { day.now }) { fixture in
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            #expect(fixture.launcher.log.filter { $0.hasSuffix(" verify") }.count == 2)
            #expect(store.contents.pairs["shop"]?.startAt == nil)
        }
    }

    @Test("a pair whose verification fails is not scheduled")
    func verificationFails() async throws {
        let launcher = ScriptedLauncher { _, command in
            command == .verify ? .find([CheckItem(item: "binlog-format", level: .fail, facts: "MIXED")]) : nil
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            #expect(try await !pair.start(at: 11 * Self.second))
            #expect(await pair.snapshots().map(\.state) == [.verifyFailed, .verifyFailed])
            #expect(fixture.store.contents.pairs["shop"]?.startAt == nil)
        }
    }

    @Test("retry starts what has failed of a pair, and says what else is to be done")
    func retry() async throws {
        let fails = Mutex(false)
        let gone = Failure(.binlogPurged, "gone", remedy: "load again", kind: .permanent)
        let launcher = ScriptedLauncher { _, command in command == .run && fails.withLock { $0 } ? .refuse(gone) : nil }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            let early = await #expect(throws: Failure.self) { try await pair.retry() }
            #expect(early?.remedy == "start it: pair start shop")
            #expect(try await pair.start())
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            let needless = await #expect(throws: Failure.self) { try await pair.retry() }
            #expect(needless?.message == "pair 'shop' is running" && needless?.remedy == "there is nothing to retry")
            fails.withLock { $0 = true }
            launcher.worker(of: Self.backward)?.say(.error(gone))
            launcher.worker(of: Self.backward)?.exit(WorkerExit(status: .exited(1), done: .failed))
            _ = try await fixture.fleet.wait(for: .state(.failed), of: Self.backward)
            fails.withLock { $0 = false }
            try await pair.retry()
            _ = try await fixture.fleet.wait(for: .state(.running), of: "shop")
            try await pair.pause()
            let paused = await #expect(throws: Failure.self) { try await pair.retry() }
            #expect(paused?.remedy == "resume it: pair resume shop")
        }
    }

    @Test("who waits for what was never started is told so")
    func neverStarted() async throws {
        try await FleetFixture.with { fixture in
            let fleet = fixture.fleet
            _ = try await fleet.createTask(FleetFixture.spec("bills"), secrets: FleetFixture.secrets)
            _ = try await fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            for goal in [WaitTarget.state(.running), .incremental, .caughtUp, .settled, .state(.paused), .state(.stopped)] {
                for (name, remedy) in [("bills", "task start bills"), ("shop", "pair start shop"), (Self.backward, "pair start shop")] {
                    let failure = await #expect(throws: Failure.self) { try await fleet.wait(for: goal, of: name) }
                    #expect(failure?.code == .notAllowed && failure?.message.hasSuffix("'\(name)' has not been started") == true)
                    #expect(failure?.remedy == "start it first: \(remedy)")
                }
            }
            #expect(try await fleet.wait(for: .state(.configured), of: "shop") == .configured)
            _ = try await fleet.verifyTask("bills")
            #expect(try await fleet.wait(for: .state(.verified), of: "bills") == .verified)
        }
    }

    @Test("a task that was never started is in no other's way, and finds them in its own")
    func neverStartedBlocksNobody() async throws {
        try await FleetFixture.with { fixture in
            let fleet = fixture.fleet
            var twin = FleetFixture.spec("twin")
            twin.objects = FleetFixture.spec("orders").objects
            _ = try await fleet.createTask(twin, secrets: FleetFixture.secrets)
            #expect(try await fleet.verifyTask("twin").snapshot.state == .verified)
            _ = try await fixture.runningTask("orders")
            #expect(try await fixture.snapshot("orders").verification?.failedItems.isEmpty == true)
            _ = try await fleet.startTask("twin", at: nil)
            #expect(try await fixture.snapshot("twin").state == .verifyFailed)
            #expect(try await fixture.snapshot("twin").verification?.failedItems == ["routes"])
        }
    }

    @Test("the same of a pair: what started since its verification stands in its way")
    func startedSinceTheVerification() async throws {
        try await FleetFixture.with { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            try await pair.verify()
            #expect(await pair.snapshots().map(\.state) == [.verified, .verified])
            _ = try await fixture.runningTask("orders")
            #expect(try await !pair.start())
            #expect(try await fixture.snapshot(Self.forward).verification?.failedItems == ["routes"])
        }
    }
}
