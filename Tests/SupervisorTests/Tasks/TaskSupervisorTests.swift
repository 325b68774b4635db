import SupervisorNotices
import SupervisorTasks
import SyncModel
import SyncWire
import Synchronization
import Testing

@Suite("Task supervisor", .timeLimit(.minutes(10)))
struct TaskSupervisorTests {
    static let lost = Failure(.connectionLost, "gone", remedy: "wait", kind: .transient)

    @Test("a task is verified, run, paused, resumed, stopped and deleted")
    func life() async throws {
        try await FleetFixture.with { fixture in
            let fleet = fixture.fleet
            _ = try await fixture.runningTask()
            #expect(try await fixture.snapshot("orders").source == ScriptedLauncher.facts)
            try await fleet.pauseTask("orders")
            #expect(try await fixture.snapshot("orders").state == .paused)
            try await fleet.resumeTask("orders")
            #expect(try await fixture.snapshot("orders").state == .running)
            try await fleet.stopTask("orders")
            #expect(try await fixture.snapshot("orders").state == .stopped)
            #expect(try await fleet.deleteTask("orders") == nil)
            await #expect(throws: Failure.self) { try await fleet.task("orders") }
            #expect(fixture.store.contents.tasks.isEmpty)
            let commands = fixture.launcher.log.map { $0.split(separator: " ").last.map(String.init) ?? "" }
            #expect(
                commands == [
                    "configure", "verify", "stop", "configure", "run", "pause", "stop", "configure", "run", "stop",
                    "configure", "clean-up", "stop",
                ]
            )
            #expect(fixture.launcher.mostWorkersOfATask == 1)
        }
    }

    @Test("a failed item fails the verification; skipped by the user it does not")
    func skips() async throws {
        let item = CheckItem(item: "foreign-keys", level: .fail, facts: "CASCADE", remedy: "change it", skippable: true)
        let failing = ScriptedLauncher { _, command in command == .verify ? .nothing : nil }
        try await FleetFixture.with(launcher: failing) { fixture in
            let fleet = fixture.fleet
            _ = try await fleet.createTask(FleetFixture.spec(), secrets: FleetFixture.secrets)
            for expected in [TaskState.verifyFailed, .verified] {
                async let verified = fleet.verifyTask("orders")
                await fixture.launcher.wait(for: "orders verify", times: expected == .verifyFailed ? 1 : 2)
                let worker = try #require(fixture.launcher.worker(of: "orders"))
                worker.say(.checkItem(item))
                // The second command of this worker.
                worker.say(.answer(Answer(id: expected == .verifyFailed ? 2 : 4)))
                _ = try await verified
                #expect(try await fixture.snapshot("orders").state == expected)
                if expected == .verifyFailed { try await fleet.skipItem("foreign-keys", ofTask: "orders") }
            }
            #expect(try await fixture.snapshot("orders").verification?.items.last?.level == .skipped)
        }
    }

    @Test("a worker that crashes is replaced at once, and the restart is counted")
    func crash() async throws {
        try await FleetFixture.with { fixture in
            _ = try await fixture.runningTask()
            let worker = try #require(fixture.launcher.worker(of: "orders"))
            worker.exit(WorkerExit(status: .signaled(9)))
            await fixture.launcher.wait(for: "orders run", times: 2)
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
            let snapshot = try await fixture.snapshot("orders")
            #expect(snapshot.restarts == 1)
            #expect(snapshot.failure == nil)
            #expect(fixture.store.contents.troubles == [.workerCrashed])
        }
    }

    @Test("after a transient failure the worker comes back when the delay is over, and a minute later all is forgotten")
    func transient() async throws {
        try await FleetFixture.with { fixture in
            _ = try await fixture.runningTask()
            let worker = try #require(fixture.launcher.worker(of: "orders"))
            worker.say(.error(Self.lost))
            worker.exit(WorkerExit(status: .exited(1), done: .failed))
            _ = try await fixture.fleet.wait(for: .state(.retrying), of: "orders")
            #expect(try await fixture.snapshot("orders").failure == Self.lost)
            await fixture.clock.passWhenAwaited(.seconds(1)...(.seconds(1.5)))
            _ = try await fixture.fleet.wait(for: .state(.running), of: "orders")
            await fixture.clock.passWhenAwaited(.seconds(60)...(.seconds(60)))
            let task = try await fixture.fleet.task("orders")
            while await !task.awaitsProgress { await Task.yield() }
            fixture.launcher.worker(of: "orders")?.say(.progress(Progress(phase: .incremental, activeAt: 1)))
            for await _ in task.hub.changes() where fixture.store.contents.troubles.count == 2 { break }
            #expect(fixture.store.contents.troubles == [.retrying, .recovered])
        }
    }

    @Test("conflicts are stored once, then acknowledged; a reported one pauses the task until it is resolved")
    func conflicts() async throws {
        try await FleetFixture.with { fixture in
            let task = try await fixture.runningTask()
            let worker = try #require(fixture.launcher.worker(of: "orders"))
            worker.say(.conflict(Self.conflict(1, .tookSource)))
            worker.say(.conflict(Self.conflict(2, .reported)))
            worker.say(.conflict(Self.conflict(2, .reported)))
            await fixture.clock.passWhenAwaited(.milliseconds(100)...(.milliseconds(100)))
            await fixture.launcher.wait(for: "orders conflicts-stored 2")
            #expect(fixture.store.contents.conflicts.count == 2)
            worker.say(.error(Failure(.conflictReported, "conflict", remedy: "resolve")))
            worker.exit(WorkerExit(status: .exited(1), done: .failed))
            _ = try await fixture.fleet.wait(for: .state(.paused), of: "orders")
            #expect(await task.snapshot.unresolvedConflicts == 1)
            let open = try await fixture.fleet.conflicts(of: "orders", undecidedOnly: true, limit: 10, before: nil)
            let number = try #require(open.first { !$0.decided }?.id)
            let resolved = try await fixture.fleet.resolveConflict(number, takingSource: true)
            #expect(resolved.decided)
            #expect(resolved.decision == .tookSource)
            #expect(fixture.launcher.log.contains("orders resolve"))
            #expect(await task.snapshot.unresolvedConflicts == 0)
            await #expect(throws: Failure.self) { try await fixture.fleet.resolveConflict(number, takingSource: true) }
        }
    }

    /// Runs into a conflict that the operator has to decide.
    private func reportedConflict(_ fixture: FleetFixture) async throws -> Int64 {
        _ = try await fixture.runningTask()
        let worker = try #require(fixture.launcher.worker(of: "orders"))
        worker.say(.conflict(Self.conflict(1, .reported)))
        worker.say(.error(Failure(.conflictReported, "conflict", remedy: "resolve")))
        worker.exit(WorkerExit(status: .exited(1), done: .failed))
        _ = try await fixture.fleet.wait(for: .state(.paused), of: "orders")
        return try #require(fixture.store.contents.conflicts.first?.id)
    }

    @Test("a conflict that a task stops at is in the log when the task is seen to have stopped")
    func conflictBeforeTheEnd() async throws {
        try await FleetFixture.with { fixture in
            _ = try await reportedConflict(fixture)
            #expect(fixture.store.contents.conflicts.map(\.decided) == [false])
        }
    }

    @Test("a decision that was made, and whose answer was lost, is known from the next run")
    func decisionFromTheNextRun() async throws {
        let launcher = ScriptedLauncher { _, command in
            if case .resolve = command { .exit(WorkerExit(status: .signaled(9))) } else { nil }
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let number = try await reportedConflict(fixture)
            let lost = await #expect(throws: Failure.self) { try await fixture.fleet.resolveConflict(number, takingSource: true) }
            #expect(lost?.code == .workerCrashed)
            #expect(try await fixture.snapshot("orders").unresolvedConflicts == 1)
            try await fixture.fleet.resumeTask("orders")
            // The worker tells it once more.
            fixture.launcher.worker(of: "orders")?.say(.conflict(Self.conflict(1, .tookSource)))
            while try await !fixture.fleet.conflict(number).decided {
                fixture.clock.advance(by: .milliseconds(100))
                await Task.yield()
            }
            await fixture.launcher.wait(for: "orders conflicts-stored 1")
            let found = try await fixture.fleet.conflict(number)
            #expect(found.decided && found.decision == .tookSource)
            #expect(try await fixture.snapshot("orders").unresolvedConflicts == 0)
        }
    }

    @Test("a verification of a task that runs, or is paused, changes nothing about it, whatever it finds")
    func verifiedAside() async throws {
        let fails = Mutex(false)
        let launcher = ScriptedLauncher { _, command in
            command == .verify && fails.withLock { $0 } ? .find([CheckItem(item: "clock", level: .fail, facts: "late")]) : nil
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let fleet = fixture.fleet
            let task = try await fixture.runningTask()
            fails.withLock { $0 = true }
            let runs = launcher.log.filter { $0 == "orders run" }.count
            _ = try await fleet.verifyTask("orders")
            #expect(await task.snapshot.state == .running)
            #expect(await task.snapshot.verification?.failedItems == ["clock"])
            // The worker that runs was asked: none was started for it.
            #expect(launcher.log.suffix(1) == ["orders verify"] && launcher.log.filter { $0 == "orders run" }.count == runs)
            try await fleet.pauseTask("orders")
            _ = try await fleet.verifyTask("orders")
            #expect(await task.snapshot.state == .paused && launcher.mostWorkersOfATask == 1)
            #expect(fixture.store.contents.tasks[task.id]?.memory.state == .paused)
            try await fleet.resumeTask("orders")
            _ = try await fleet.wait(for: .state(.running), of: "orders")
            #expect(await task.snapshot.failure == nil)
        }
    }

    @Test("a pair is verified in the same way, also while b-to-a waits for the gate")
    func pairVerifiedAside() async throws {
        let launcher = ScriptedLauncher { task, command in
            task == PairTests.forward && command == .run
                ? .say([.ready(source: ScriptedLauncher.facts, target: ScriptedLauncher.facts), .phase(.data)]) : nil
        }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let pair = try await fixture.fleet.createPair(FleetFixture.pairSpec(), secrets: FleetFixture.secrets)
            #expect(try await pair.start())
            _ = try await fixture.fleet.wait(for: .state(.running), of: PairTests.forward)
            let before = launcher.log.filter { $0.hasSuffix(" verify") }.count
            try await pair.verify()
            #expect(await pair.snapshots().map(\.state) == [.running, .scheduled])
            #expect(launcher.log.filter { $0.hasSuffix(" verify") }.count == before + 2)
            launcher.worker(of: PairTests.forward)?.say(.phase(.incremental))
            _ = try await fixture.fleet.wait(for: .incremental, of: "shop")
        }
    }

    @Test("a decision about a statement reaches the worker before the task goes on; without a statement it is refused")
    func statements() async throws {
        try await FleetFixture.with { fixture in
            let fleet = fixture.fleet
            _ = try await fixture.runningTask()
            await #expect {
                try await fleet.decideStatement(ofTask: "orders", replacement: nil)
            } throws: { ($0 as? Failure)?.code == .notAllowed }
            #expect(!fixture.launcher.log.contains("orders decide"))
            let worker = try #require(fixture.launcher.worker(of: "orders"))
            worker.say(.error(Failure(.ddlUnsupported, "cannot", remedy: "decide", statement: "0-1-7 ab")))
            worker.exit(WorkerExit(status: .exited(1), done: .failed))
            _ = try await fleet.wait(for: .state(.failed), of: "orders")
            try await fleet.decideStatement(ofTask: "orders", replacement: nil)
            _ = try await fleet.wait(for: .state(.running), of: "orders")
            let commands = fixture.launcher.log.map { $0.split(separator: " ").last.map(String.init) ?? "" }
            #expect(commands.suffix(5) == ["configure", "decide", "stop", "configure", "run"])
        }
    }

    @Test("a decision that the worker refuses leaves the task where it is")
    func refusedStatements() async throws {
        let refusal = Failure(.notAllowed, "two statements", remedy: "give one")
        let launcher = ScriptedLauncher { _, command in if case .decide = command { .refuse(refusal) } else { nil } }
        try await FleetFixture.with(launcher: launcher) { fixture in
            let fleet = fixture.fleet
            _ = try await fixture.runningTask()
            let worker = try #require(fixture.launcher.worker(of: "orders"))
            let failure = Failure(.ddlFailed, "refused", remedy: "decide", statement: "0-1-7 ab")
            worker.say(.error(failure))
            worker.exit(WorkerExit(status: .exited(1), done: .failed))
            _ = try await fleet.wait(for: .state(.failed), of: "orders")
            await #expect(throws: refusal) { try await fleet.decideStatement(ofTask: "orders", replacement: "a; b") }
            let snapshot = try await fixture.snapshot("orders")
            #expect(snapshot.state == .failed && snapshot.failure == failure)
        }
    }

    static func conflict(_ sequence: UInt64, _ decision: ConflictDecision) -> ConflictRecord {
        ConflictRecord(
            sequence: sequence,
            kind: .insertExists,
            database: "shop",
            table: "orders",
            key: [],
            before: nil,
            after: nil,
            current: nil,
            position: BinlogPosition(),
            decision: decision,
            at: 1
        )
    }

    // MARK: A store that fails

    @Test("a full disk refuses requests, keeps the task running, shows, and loses nothing when it heals")
    func fullDisk() async throws {
        try await FleetFixture.with { fixture in
            let full = Failure(.storeFailed, "full", remedy: "make room", kind: .transient)
            let task = try await fixture.runningTask()
            fixture.store.fail(full)
            let refusal = await #expect(throws: Failure.self) { try await fixture.fleet.pauseTask("orders") }
            #expect(refusal == full)
            #expect(await task.snapshot.state == .running)
            let worker = try #require(fixture.launcher.worker(of: "orders"))
            worker.say(.conflict(Self.conflict(7, .tookSource)))
            worker.exit(WorkerExit(status: .signaled(9)))
            await fixture.launcher.wait(for: "orders run", times: 2)
            #expect(fixture.fleet.storeHealth.trouble?.failure == full)
            fixture.store.fail(nil)
            await fixture.clock.passWhenAwaited(.seconds(5)...(.seconds(5)))
            // What waits is written by whoever comes first, in no order.
            for await _ in task.hub.changes()
            where !fixture.store.contents.conflicts.isEmpty && fixture.store.contents.troubles.count == 2 { break }
            #expect(fixture.fleet.storeHealth.trouble == nil)
            #expect(fixture.store.contents.tasks.values.first?.memory.restarts == 1)
            #expect(fixture.store.contents.troubles == [.workerCrashed, .storeFailed])
        }
    }

    @Test("fifty tasks that only report progress write to the store once in five seconds")
    func idle() async throws {
        try await FleetFixture.with { fixture in
            for number in 0..<50 { _ = try await fixture.runningTask("task\(number)") }
            // The first word of a task changes its phase, which is written at once: all of them have said it.
            for number in 0..<50 {
                let task = try await fixture.fleet.task("task\(number)")
                fixture.launcher.worker(of: "task\(number)")?.say(.progress(Progress(phase: .incremental, rssBytes: 77)))
                for await _ in task.hub.changes() where await task.snapshot.rssBytes == 77 { break }
            }
            while fixture.store.contents.progress.count < 50 || fixture.store.contents.progress.values.contains(where: { $0.rssBytes != 77 }) {
                await fixture.clock.passWhenAwaited(.seconds(5)...(.seconds(5)))
            }
            // A round that is over has waited for whatever was on its way to the store.
            var before: Int
            repeat {
                before = fixture.store.writes
                for _ in 1...2 { await fixture.clock.passWhenAwaited(.seconds(5)...(.seconds(5))) }
            } while fixture.store.writes != before
            // The round that is under way would take what is said now.
            await fixture.clock.awaitSleeper(.seconds(5)...(.seconds(5)))
            let last = try await fixture.fleet.task("task49")
            for round in 1...20 {
                for number in 0..<50 {
                    fixture.launcher.worker(of: "task\(number)")?.say(
                        .progress(Progress(phase: .incremental, rssBytes: UInt64(round)))
                    )
                }
            }
            for await _ in last.hub.changes() where await last.snapshot.rssBytes == 20 { break }
            #expect(fixture.store.writes == before)
            await fixture.clock.passWhenAwaited(.seconds(5)...(.seconds(5)))
            while fixture.store.writes == before { await Task.yield() }
            #expect(fixture.store.writes == before + 1)
        }
    }

    @Test("a specification that is longer than what a worker can be told is refused when it is given")
    func tooLong() async throws {
        try await FleetFixture.with { fixture in
            let task = try await fixture.runningTask()
            var spec = FleetFixture.spec()
            spec.objects[0].tables = [TableSelection(name: "t", filter: String(repeating: "x", count: 15 << 20))]
            let configured = await #expect(throws: Failure.self) {
                try await fixture.fleet.configureTask("orders", spec: spec, secrets: FleetFixture.secrets)
            }
            spec.name = "other"
            let created = await #expect(throws: Failure.self) { try await fixture.fleet.createTask(spec, secrets: FleetFixture.secrets) }
            for failure in [configured, created] {
                #expect(failure?.code == .invalidFile)
                #expect(failure?.message.hasPrefix("objects: found 1 databases with 1 listed tables, 1572") == true)
                #expect(failure?.message.hasSuffix("allowed: 15728640 bytes") == true)
            }
            #expect(await task.snapshot.state == .running && fixture.store.contents.tasks.count == 1)
        }
    }

    // MARK: Waiting

    @Test("catching up asks again when the worker was replaced meanwhile")
    func catchUpAgain() async throws {
        let launcher = ScriptedLauncher { _, command in command == .catchUp ? .nothing : nil }
        try await FleetFixture.with(launcher: launcher) { fixture in
            _ = try await fixture.runningTask()
            async let caughtUp = fixture.fleet.wait(for: .caughtUp, of: "orders")
            await launcher.wait(for: "orders catch-up")
            launcher.worker(of: "orders")?.exit(WorkerExit(status: .signaled(9)))
            await launcher.wait(for: "orders catch-up", times: 2)
            // configure, verify; configure, run, catch-up; configure, run, catch-up.
            launcher.worker(of: "orders")?.say(.answer(Answer(id: 8, counts: Counts(), unresolvedConflicts: 0)))
            #expect(try await caughtUp == .running)
        }
    }

    @Test("what can never be reached ends the wait with the task's own failure")
    func hopeless() async throws {
        try await FleetFixture.with { fixture in
            _ = try await fixture.runningTask()
            let purged = Failure(.binlogPurged, "purged", remedy: "start anew")
            let worker = try #require(fixture.launcher.worker(of: "orders"))
            worker.say(.error(purged))
            worker.exit(WorkerExit(status: .exited(1), done: .failed))
            for goal in [WaitTarget.caughtUp, .settled, .incremental, .state(.running)] {
                let failure = await #expect(throws: Failure.self) {
                    try await fixture.fleet.wait(for: goal, of: "orders")
                }
                #expect(failure == purged)
            }
            #expect(try await fixture.fleet.wait(for: .state(.failed), of: "orders") == .failed)
        }
    }

    @Test("a wait ends when its caller is cancelled")
    func cancelledWait() async throws {
        try await FleetFixture.with { fixture in
            _ = try await fixture.runningTask()
            let fleet = fixture.fleet
            await withTaskGroup(of: Failure?.self) { group in
                group.addTask {
                    do throws(Failure) {
                        _ = try await fleet.wait(for: .state(.paused), of: "orders")
                        return nil
                    } catch {
                        return error
                    }
                }
                group.cancelAll()
                #expect(
                    await group.next()
                        == Failure(
                            .timedOut,
                            "gave up waiting",
                            remedy: "wait longer, or look at the task",
                            kind: .transient
                        )
                )
            }
        }
    }
}
