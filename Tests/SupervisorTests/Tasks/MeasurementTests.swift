import SupervisorTasks
import SyncModel
import SyncWire
import Synchronization
import Testing

@Suite("How far behind a task is that no worker runs", .timeLimit(.minutes(10)))
struct MeasurementTests {
    private static let position = BinlogPosition(file: "binlog.000007", offset: 4)

    private static func progress(lag: UInt64?) -> WorkerMessage {
        .progress(Progress(phase: .incremental, position: position, lagMs: lag, backlogBytes: 77))
    }

    private final class Number: Sendable {
        private let number: Mutex<UInt64>
        init(_ value: UInt64) { number = Mutex(value) }
        var value: UInt64 {
            get { number.withLock { $0 } }
            set { number.withLock { $0 = newValue } }
        }
    }

    /// A clock of days that tests set.
    private struct Day {
        private let time = Number(1_000_000)
        var now: UInt64 { time.value }
        func pass(milliseconds: UInt64) { time.value += milliseconds * 1000 }
    }

    private static func with(
        _ reaction: @escaping @Sendable () -> ScriptedLauncher.Reaction?, _ body: @Sendable (FleetFixture, TaskSupervisor, Day) async throws -> Void
    ) async throws {
        let day = Day()
        let launcher = ScriptedLauncher { _, command in
            if case .measure(let from) = command { return from == position ? reaction() : .refuse(Failure(.sourceBehind, "\(from)", remedy: "")) }
            return nil
        }
        try await FleetFixture.with(launcher: launcher, now: { day.now }) { fixture in
            let task = try await fixture.runningTask()
            fixture.launcher.worker(of: "orders")?.say(progress(lag: 12))
            await task.waitWhile { $0.lagMs == nil }
            try await fixture.fleet.pauseTask("orders")
            await task.waitWhile { $0.workerPID != nil }
            try await body(fixture, task, day)
        }
    }

    @Test("who looks at a paused task is told what the source says, and every look is not a question")
    func paused() async throws {
        let backlog = Number(4096)
        try await Self.with({ .measure(lagMs: 500, backlogBytes: backlog.value) }) { fixture, task, day in
            #expect(await task.snapshot.lagMs == nil)
            let first = await task.measuredSnapshot()
            #expect(first.lagMs == 500 && first.backlogBytes == 4096 && first.measuredAt == day.now)
            #expect(first.state == .paused && first.workerPID == nil)
            // What waits grows older.
            day.pass(milliseconds: 1000)
            #expect(await task.measuredSnapshot().lagMs == 1500)
            #expect(fixture.launcher.log.filter { $0 == "orders measure" }.count == 1)
            backlog.value = 8192
            day.pass(milliseconds: 4000)
            #expect(await task.measuredSnapshot().backlogBytes == 8192)
        }
    }

    @Test("once nothing waits, nothing grows older")
    func nothingWaits() async throws {
        try await Self.with({ .measure(lagMs: 0, backlogBytes: 0) }) { _, task, day in
            _ = await task.measuredSnapshot()
            day.pass(milliseconds: 3000)
            let snapshot = await task.measuredSnapshot()
            #expect(snapshot.lagMs == 0 && snapshot.backlogBytes == 0)
        }
    }

    @Test("after a resume the lag stands until the worker knows its own")
    func resumed() async throws {
        try await Self.with({ .measure(lagMs: 500, backlogBytes: 4096) }) { fixture, task, day in
            _ = await task.measuredSnapshot()
            try await fixture.fleet.resumeTask("orders")
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
            let seen = await task.snapshot.progressNumber
            fixture.launcher.worker(of: "orders")?.say(Self.progress(lag: nil))
            await task.waitWhile { $0.progressNumber == seen }
            day.pass(milliseconds: 100)
            #expect(await task.snapshot.lagMs == 600)
            fixture.launcher.worker(of: "orders")?.say(Self.progress(lag: 3))
            await task.waitWhile { $0.lagMs != 3 }
            #expect(await task.snapshot.backlogBytes == 77)
        }
    }

    @Test("a source that does not answer is waited for once, and a moment only; what is not known is not told")
    func silent() async throws {
        try await Self.with({ .nothing }) { fixture, task, _ in
            async let looked = task.measuredSnapshot()
            await fixture.launcher.wait(for: "orders measure")
            await fixture.clock.passWhenAwaited(.milliseconds(1500)...(.milliseconds(1500)))
            let first = await looked
            #expect(first.lagMs == nil && first.backlogBytes == 77)
            // Nobody lets any time pass for this one.
            #expect(await task.measuredSnapshot().lagMs == nil)
            #expect(fixture.launcher.log.filter { $0 == "orders measure" }.count == 1)
            // The worker is not kept for ever.
            await fixture.clock.passWhenAwaited(.seconds(10)...(.seconds(10)))
            await fixture.launcher.wait(for: "orders stop", times: 3)
        }
    }

    @Test("whoever resumes the task waits for nobody who measures")
    func resumedMeanwhile() async throws {
        try await Self.with({ .nothing }) { fixture, task, _ in
            async let looked = task.measuredSnapshot()
            await fixture.launcher.wait(for: "orders measure")
            try await fixture.fleet.resumeTask("orders")
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
            #expect([.scheduled, .running].contains(await looked.state))
        }
    }

    @Test("a worker of another hand that does not know it is asked once")
    func unknown() async throws {
        let refusal = Failure(.unsupported, "'measure' is not known here", remedy: "use another worker", kind: .permanent)
        try await Self.with({ .refuse(refusal) }) { fixture, task, day in
            let first = await task.measuredSnapshot()
            #expect(first.state == .paused && first.failure == nil && first.lagMs == nil && first.backlogBytes == 77)
            day.pass(milliseconds: 60_000)
            _ = await task.measuredSnapshot()
            #expect(fixture.launcher.log.filter { $0 == "orders measure" }.count == 1)
        }
    }
}
