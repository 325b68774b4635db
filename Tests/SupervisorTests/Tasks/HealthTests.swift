import SupervisorNotices
import SupervisorTasks
import SyncModel
import SyncWire
import Testing

@Suite("What a healthy worker is", .timeLimit(.minutes(10)))
struct HealthTests {
    private static let silent = Failure(.workerUnresponsive, "has said nothing", remedy: "read the log", kind: .transient)
    /// The pauses before the second to the fifth attempt, with their jitter.
    private static let pauses: [ClosedRange<Duration>] = [
        .seconds(1)...(.milliseconds(1250)), .milliseconds(1500)...(.milliseconds(2500)), .milliseconds(3000)...(.milliseconds(4999)),
    ]

    /// What a worker says while it does not hang.
    private static func progress(_ number: UInt64, phase: TaskPhase = .incremental, transactions: UInt64 = 0, backlog: UInt64 = 100) -> WorkerMessage {
        .progress(Progress(phase: phase, backlogBytes: backlog, counts: Counts(transactions: transactions), activeAt: number))
    }

    @Test("a worker that hangs again and again is started later and later, and that is said, once")
    func hangs() async throws {
        try await FleetFixture.with { fixture in
            _ = try await fixture.fleet.createTask(FleetFixture.spec(), secrets: FleetFixture.secrets)
            _ = try await fixture.fleet.startTask("orders", at: nil)
            for attempt in 1...5 {
                await fixture.launcher.wait(for: "orders run", times: attempt)
                _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
                await fixture.clock.passWhenAwaited(.seconds(60)...(.seconds(60)))
                // Its silence is noticed only now.
                let task = try await fixture.fleet.task("orders")
                for _ in 0..<100 { await Task.yield() }
                fixture.launcher.worker(of: "orders")?.exit(WorkerExit(status: .signaled(9), failure: Self.silent))
                await task.waitWhile { $0.restarts < attempt }
                if attempt > 1, attempt < 5 { await fixture.clock.passWhenAwaited(Self.pauses[attempt - 2]) }
            }
            #expect(fixture.store.contents.troubles == [.workerCrashed, .crashLoop])
        }
    }

    /// What a worker says in its first minute and after it, and whether it is healthy by that.
    static let signs: [(what: String, first: WorkerMessage, then: WorkerMessage, isHealthy: Bool)] = [
        ("it applies", progress(1), progress(2, transactions: 1), true),
        ("it has nothing left to do", progress(1, backlog: 0), progress(2, backlog: 0), true),
        ("it says the same and is not active", progress(1, backlog: 0), progress(1, backlog: 0), false),
        ("it is active and brings nothing about", progress(1), progress(2), false),
        ("it says what cannot be while it is not active", progress(1), progress(1, transactions: 1), false),
    ]

    @Test("a run is healthy when it lasts and moves", arguments: signs.indices)
    func sign(index: Int) async throws {
        try await FleetFixture.with { fixture in
            let task = try await fixture.runningTask()
            let crash = WorkerExit(status: .signaled(9))
            fixture.launcher.worker(of: "orders")?.exit(crash)
            await fixture.launcher.wait(for: "orders run", times: 2)
            await task.waitWhile { $0.state != .running }
            let worker = try #require(fixture.launcher.worker(of: "orders"))
            let seen = await task.snapshot.progressNumber
            worker.say(Self.signs[index].first)
            await fixture.clock.passWhenAwaited(.seconds(60)...(.seconds(60)))
            // The timer fires by a task of its own.
            while await !task.awaitsProgress { await Task.yield() }
            worker.say(Self.signs[index].then)
            await task.waitWhile { $0.progressNumber < seen + 2 }
            worker.exit(crash)
            await task.waitWhile { $0.restarts < 2 }
            let notices = fixture.store.contents.troubles
            #expect(notices == (Self.signs[index].isHealthy ? [.workerCrashed, .recovered, .workerCrashed] : [.workerCrashed]))
        }
    }
}
