import SupervisorTasks
import SyncModel
import SyncWire
import Synchronization
import Testing

@Suite("Waiting", .timeLimit(.minutes(10)))
struct WaitTests {
    static let halves = [PairTests.forward, PairTests.backward]

    /// A pair whose halves both follow the logs.
    private func withPair(_ launcher: ScriptedLauncher, _ body: @Sendable (FleetFixture) async throws -> Void) async throws {
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            _ = try await pair.start()
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
            try await body(fixture)
        }
    }

    private static func asked(_ launcher: ScriptedLauncher, _ task: String) -> Int { launcher.log.filter { $0 == "\(task) catch-up" }.count }

    @Test("a pair has caught up when each half has what was there at the call, however much is written meanwhile")
    func underWriters() async throws {
        let written = CountedCalls()
        let launcher = ScriptedLauncher { _, command in command == .catchUp ? .count(Counts(transactions: UInt64(written.next()))) : nil }
        try await withPair(launcher) { fixture in
            _ = try await fixture.fleet.wait(for: .caughtUp, of: "shop")
            #expect(Self.halves.map { Self.asked(launcher, $0) } == [1, 1])
        }
    }

    @Test("both halves are asked at once: what one of them waits for is not waited for by the other")
    func atOnce() async throws {
        let launcher = ScriptedLauncher { _, command in command == .catchUp ? .nothing : nil }
        try await withPair(launcher) { fixture in
            async let caughtUp = fixture.fleet.wait(for: .caughtUp, of: "shop")
            for half in Self.halves { await launcher.wait(for: "\(half) catch-up") }
            // a-to-b: configure, verify, configure, run; b-to-a has been prepared as well.
            for (half, id) in zip(Self.halves, [5, 7]) { launcher.worker(of: half)?.say(.answer(Answer(id: UInt64(id), counts: Counts()))) }
            _ = try await caughtUp
        }
    }

    @Test("a half that cannot catch up ends the wait for both, with its own failure")
    func oneFails() async throws {
        let purged = Failure(.binlogPurged, "purged", remedy: "start anew")
        let launcher = ScriptedLauncher { task, command in
            command == .catchUp ? task == PairTests.backward ? .refuse(purged) : .nothing : nil
        }
        try await withPair(launcher) { fixture in
            let failure = await #expect(throws: Failure.self) { try await fixture.fleet.wait(for: .caughtUp, of: "shop") }
            #expect(failure == purged)
        }
    }

    @Test("a worker that could not say how far it is is asked again once it has said something, also when that came before its answer")
    func askedAgain() async throws {
        let launcher = ScriptedLauncher { _, command in command == .catchUp ? .nothing : nil }
        try await FleetFixture.with(launcher: launcher) { fixture in
            _ = try await fixture.runningTask()
            _ = try await fixture.fleet.wait(for: .incremental, of: "orders")
            async let caughtUp = fixture.fleet.wait(for: .caughtUp, of: "orders")
            await launcher.wait(for: "orders catch-up")
            let worker = try #require(launcher.worker(of: "orders"))
            worker.say(.progress(Progress(phase: .incremental)))
            worker.say(.answer(Answer(id: 5, failure: Failure(.connectionLost, "gone", remedy: "wait", kind: .transient))))
            await launcher.wait(for: "orders catch-up", times: 2)
            worker.say(.answer(Answer(id: 6, counts: Counts(), unresolvedConflicts: 0)))
            _ = try await caughtUp
        }
    }

    @Test("a worker that has not reached its servers yet is not asked over and over: others have their turn, and it is asked once it has")
    func notReadyYet() async throws {
        let runs = CountedCalls()
        let launcher = ScriptedLauncher { _, command in command == .run && runs.next() > 1 ? .say([.phase(.incremental)]) : nil }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let task = try await fixture.runningTask()
            _ = try await fixture.fleet.wait(for: .incremental, of: "orders")
            // Another worker goes on with the change; the task stays running meanwhile.
            var spec = FleetFixture.spec()
            spec.objects.append(ObjectSelection(database: "crm"))
            try await fixture.fleet.configureTask("orders", spec: spec, secrets: FleetFixture.secrets)
            await task.waitWhile { !$0.isIncremental }
            let waiters = task.hub.waitersSoFar
            async let caughtUp = fixture.fleet.wait(for: .caughtUp, of: "orders")
            while task.hub.waitersSoFar == waiters { await Task.yield() }
            for _ in 0..<1000 { await Task.yield() }
            #expect(task.hub.waitersSoFar == waiters + 1)
            for message in ScriptedLauncher.running { launcher.worker(of: "orders")?.say(message) }
            _ = try await caughtUp
            #expect(Self.asked(launcher, "orders") == 1)
        }
    }

    @Test("a pair is settled when nothing travelled in either direction during a whole round")
    func settled() async throws {
        let launcher = ScriptedLauncher { _, command in command == .catchUp ? .nothing : nil }
        try await withPair(launcher) { fixture in
            async let settled = fixture.fleet.wait(for: .settled, of: "shop")
            for round in 1...3 {
                for (half, first) in zip(Self.halves, [4, 6]) {
                    await launcher.wait(for: "\(half) catch-up", times: round)
                    let counts = Counts(transactions: UInt64(min(round, 2)))
                    launcher.worker(of: half)?.say(.answer(Answer(id: UInt64(first + round), counts: counts, unresolvedConflicts: 0)))
                }
            }
            _ = try await settled
            #expect(Self.halves.map { Self.asked(launcher, $0) } == [3, 3])
        }
    }

    @Test("under writers a pair is not asked all the time whether it is settled, but when its workers have news")
    func paced() async throws {
        let isBusy = Mutex(true)
        let written = CountedCalls()
        let launcher = ScriptedLauncher { _, command in
            guard command == .catchUp else { return nil }
            return .count(Counts(transactions: isBusy.withLock { $0 } ? UInt64(written.next()) : 1000))
        }
        try await withPair(launcher) { fixture in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await fixture.fleet.wait(for: .settled, of: "shop") }
                for half in Self.halves { await launcher.wait(for: "\(half) catch-up", times: 3) }
                for _ in 0..<100 { await Task.yield() }
                #expect(Self.halves.map { Self.asked(launcher, $0) } == [3, 3])
                isBusy.withLock { $0 = false }
                group.addTask {
                    while !Task.isCancelled {
                        for half in Self.halves {
                            let task = try await fixture.fleet.task(half)
                            let known = await task.snapshot.progressNumber
                            launcher.worker(of: half)?.say(.progress(Progress(phase: .incremental)))
                            await task.waitWhile { $0.progressNumber == known }
                        }
                    }
                }
                try await group.next()
                group.cancelAll()
            }
            #expect(Self.halves.allSatisfy { Self.asked(launcher, $0) >= 4 })
        }
    }
}
