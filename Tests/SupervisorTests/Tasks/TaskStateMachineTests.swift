import SupervisorTasks
import SyncModel
import SyncWire
import Testing

@Suite("Task state machine")
struct TaskStateMachineTests {
    typealias Machine = TaskStateMachine

    static let lost = Failure(.connectionLost, "gone", remedy: "wait", kind: .transient)
    static let purged = Failure(.binlogPurged, "purged", remedy: "start anew")
    static let crash = WorkerExit(status: .signaled(9))
    static let left = WorkerExit(status: .exited(0), done: .stopped)
    static let failedExit = WorkerExit(status: .exited(1), done: .failed)

    private func machine(retryMinutes: Int = 60) -> Machine {
        Machine(complete: true, retryMinutes: retryMinutes, seed: 1)
    }

    /// Verified, its verifier gone, and a runner launched.
    private func started(retryMinutes: Int = 60) throws -> Machine {
        var machine = machine(retryMinutes: retryMinutes)
        #expect(try machine.handle(.start(at: nil)).contains(.launch(.verify)))
        _ = machine.handle(.verified(failedItems: []))
        #expect(machine.handle(.exited(Self.left)).contains(.launch(.run)))
        return machine
    }

    private func running(retryMinutes: Int = 60) throws -> Machine {
        var machine = try started(retryMinutes: retryMinutes)
        _ = machine.handle(.accepted(.run, failure: nil))
        _ = machine.handle(.ready)
        #expect(machine.state == .running)
        return machine
    }

    private func delay(_ timer: Machine.Timer, in actions: [Machine.Action]) -> Duration? {
        for case .startTimer(timer, let duration) in actions { return duration }
        return nil
    }

    // MARK: Verifying and starting

    @Test("a new task is created or configured, and nothing runs")
    func new() {
        #expect(Machine(complete: false, retryMinutes: 60, seed: 1).state == .created)
        #expect(machine().state == .configured)
        #expect(machine().process == .none)
    }

    @Test("a verification that passes ends in verified; the worker is dismissed")
    func verifies() throws {
        var machine = machine()
        #expect(try machine.handle(.verify) == [.launch(.verify)])
        #expect(machine.state == .verifying)
        #expect(machine.handle(.verified(failedItems: [])).contains(.dismiss))
        #expect(machine.state == .verified)
        #expect(!machine.handle(.exited(Self.left)).contains { if case .launch = $0 { true } else { false } })
    }

    @Test("failed items make it verify-failed, name themselves, and a wish to start is forgotten")
    func verificationFails() throws {
        var machine = machine()
        _ = try machine.handle(.start(at: nil))
        _ = machine.handle(.verified(failedItems: ["binlog-format", "privileges"]))
        _ = machine.handle(.exited(Self.left))
        #expect(machine.state == .verifyFailed)
        #expect(machine.desired == .idle)
        #expect(machine.failure?.code == .verificationFailed)
        #expect(machine.failure?.message.contains("binlog-format, privileges") == true)
    }

    @Test("running means that the worker said ready, not that it was launched")
    func runningMeansReady() throws {
        var machine = try started()
        #expect(machine.state == .scheduled)
        _ = machine.handle(.accepted(.run, failure: nil))
        #expect(machine.state == .scheduled)
        _ = machine.handle(.ready)
        #expect(machine.state == .running)
    }

    @Test("a start right after a verification does not verify again; after a while, or a new configuration, it does")
    func freshVerification() throws {
        var machine = machine()
        _ = try machine.handle(.verify)
        _ = machine.handle(.verified(failedItems: []))
        _ = machine.handle(.exited(Self.left))
        var other = machine
        var configured = machine
        #expect(try machine.handle(.start(at: nil)).contains(.launch(.run)))
        _ = other.handle(.fired(.freshness))
        #expect(try other.handle(.start(at: nil)).contains(.launch(.verify)))
        _ = try configured.handle(.configure(harmless: false))
        #expect(try configured.handle(.start(at: nil)).contains(.launch(.verify)))
    }

    @Test("a scheduled start verifies now, waits for its time, and verifies again if that was long ago")
    func scheduledStart() throws {
        var machine = machine()
        _ = try machine.handle(.start(at: 5000))
        _ = machine.handle(.verified(failedItems: []))
        let actions = machine.handle(.exited(Self.left))
        #expect(machine.state == .scheduled)
        #expect(!actions.contains(.launch(.run)))
        #expect(machine.actions.contains("start"))
        var late = machine
        #expect(machine.handle(.due).contains(.launch(.run)))
        _ = late.handle(.fired(.freshness))
        #expect(late.handle(.due).contains(.launch(.verify)))
    }

    @Test("a verifier that dies is replaced twice, then the verification has failed")
    func verifierDies() throws {
        var machine = machine()
        _ = try machine.handle(.verify)
        #expect(machine.handle(.exited(Self.crash)).contains(.launch(.verify)))
        #expect(machine.handle(.exited(Self.crash)).contains(.launch(.verify)))
        _ = machine.handle(.exited(Self.crash))
        #expect(machine.state == .verifyFailed)
        #expect(machine.failure?.code == .workerCrashed)
    }

    @Test("a worker program that is missing is not looked for again and again")
    func workerMissing() throws {
        var machine = machine()
        _ = try machine.handle(.verify)
        let missing = Failure(.workerNotFound, "no worker", remedy: "install it")
        _ = machine.handle(.exited(WorkerExit(status: .notStarted, failure: missing)))
        #expect(machine.state == .verifyFailed)
        #expect(machine.failure == missing)
    }

    // MARK: Failures

    @Test("a crash is made good at once the first time, then after a second, then later and later")
    func crashes() throws {
        var machine = try running()
        #expect(machine.handle(.exited(Self.crash)).contains(.launch(.run)))
        #expect(machine.state == .retrying)
        #expect(machine.failure?.code == .workerCrashed)
        var delays: [Duration] = []
        for _ in 0..<12 {
            let actions = machine.handle(.exited(Self.crash))
            #expect(!actions.contains(.launch(.run)))
            delays.append(try #require(delay(.retry, in: actions)))
            #expect(machine.handle(.fired(.retry)).contains(.launch(.run)))
        }
        #expect(delays.allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(300) })
        #expect(delays[0] < .seconds(2))
        #expect(delays[11] > .seconds(200))
        #expect(machine.restarts == 13)
    }

    @Test("a transient error is retried after a second, and the error shows until the task runs")
    func transient() throws {
        var machine = try running()
        _ = machine.handle(.reported(Self.lost))
        let actions = machine.handle(.exited(Self.failedExit))
        #expect(machine.state == .retrying)
        #expect(machine.failure == Self.lost)
        #expect(try #require(delay(.retry, in: actions)) >= .seconds(1))
        _ = machine.handle(.fired(.retry))
        #expect(machine.failure == Self.lost)
        _ = machine.handle(.ready)
        #expect(machine.state == .running)
        #expect(machine.failure == nil)
    }

    @Test("a minute of health resets the delays and closes the window")
    func health() throws {
        var machine = try running()
        for _ in 0..<6 {
            _ = machine.handle(.exited(Self.crash))
            _ = machine.handle(.fired(.retry))
        }
        _ = machine.handle(.ready)
        #expect(machine.isInTrouble)
        #expect(machine.handle(.fired(.healthy)).contains(.cancelTimer(.retryWindow)))
        #expect(!machine.isInTrouble)
        #expect(machine.handle(.exited(Self.crash)).contains(.launch(.run)))
    }

    @Test("when retry_minutes are over the task has failed, whether it waits or tries just then")
    func windowEnds() throws {
        var waiting = try running(retryMinutes: 5)
        _ = waiting.handle(.reported(Self.lost))
        let actions = waiting.handle(.exited(Self.failedExit))
        #expect(delay(.retryWindow, in: actions) == .seconds(300))
        var trying = waiting
        _ = waiting.handle(.fired(.retryWindow))
        #expect(waiting.state == .failed)
        #expect(waiting.failure == Self.lost)
        _ = trying.handle(.fired(.retry))
        #expect(trying.handle(.fired(.retryWindow)).contains(.dismiss))
        #expect(trying.state == .failed)
        #expect(!trying.handle(.exited(Self.left)).contains(.launch(.run)))
    }

    @Test("a relapse after the window, before a minute of health, fails at once")
    func relapse() throws {
        var machine = try running(retryMinutes: 5)
        _ = machine.handle(.exited(Self.crash))
        _ = machine.handle(.ready)
        _ = machine.handle(.fired(.retryWindow))
        #expect(machine.state == .running)
        _ = machine.handle(.exited(Self.crash))
        #expect(machine.state == .failed)
    }

    @Test("without retries, with an error that cannot heal, the task fails at once", arguments: [0, 60])
    func permanent(retryMinutes: Int) throws {
        var machine = try running(retryMinutes: retryMinutes)
        _ = machine.handle(.reported(retryMinutes == 0 ? Self.lost : Self.purged))
        let actions = machine.handle(.exited(Self.failedExit))
        #expect(machine.state == .failed)
        #expect(!actions.contains(.launch(.run)))
        #expect(machine.actions.contains("retry"))
    }

    @Test("a reported conflict pauses the task, with the conflict as its error")
    func conflict() throws {
        var machine = try running()
        let conflict = Failure(.conflictReported, "conflict on shop.orders", remedy: "resolve it")
        _ = machine.handle(.reported(conflict))
        _ = machine.handle(.exited(Self.failedExit))
        #expect(machine.state == .paused)
        #expect(machine.desired == .paused)
        #expect(machine.failure == conflict)
        #expect(try machine.handle(.resume).contains(.launch(.run)))
        #expect(machine.failure == nil)
    }

    @Test("the first report counts, and what the launcher held against the worker comes after it")
    func causes() throws {
        var machine = try running()
        _ = machine.handle(.reported(Self.purged))
        _ = machine.handle(.reported(Self.lost))
        let silent = Failure(.workerUnresponsive, "silent", remedy: "", kind: .transient)
        _ = machine.handle(.exited(WorkerExit(status: .signaled(9), failure: silent)))
        #expect(machine.failure == Self.purged)
        #expect(machine.state == .failed)
    }

    @Test("a run that the worker refuses counts as a failure of the run")
    func refused() throws {
        var machine = try started()
        #expect(machine.handle(.accepted(.run, failure: Self.purged)).contains(.dismiss))
        _ = machine.handle(.exited(Self.left))
        #expect(machine.state == .failed)
        #expect(machine.failure == Self.purged)
    }

    // MARK: Pausing, stopping, deleting

    @Test("pause: asked, answered, worker dismissed; resume waits for its exit")
    func pauses() throws {
        var machine = try running()
        #expect(try machine.handle(.pause).contains(.sendPause))
        #expect(machine.state == .pausing)
        #expect(machine.handle(.pauseAnswered).contains(.dismiss))
        #expect(machine.state == .paused)
        #expect(try machine.handle(.resume) == [.cancelTimer(.retry), .cancelTimer(.retryWindow)])
        #expect(machine.state == .scheduled)
        #expect(machine.handle(.exited(Self.left)).contains(.launch(.run)))
    }

    @Test("a worker that dies or does not answer while pausing leaves a paused task")
    func pauseWithoutAnswer() throws {
        var dead = try running()
        _ = try dead.handle(.pause)
        _ = dead.handle(.exited(Self.crash))
        #expect(dead.state == .paused)
        var silent = try running()
        _ = try silent.handle(.pause)
        #expect(silent.handle(.fired(.pause)).contains(.dismiss))
        _ = silent.handle(.exited(Self.crash))
        #expect(silent.state == .paused)
    }

    @Test("pause ends retrying")
    func pauseWhileRetrying() throws {
        var machine = try running()
        _ = machine.handle(.reported(Self.lost))
        _ = machine.handle(.exited(Self.failedExit))
        _ = try machine.handle(.pause)
        #expect(machine.state == .paused)
        #expect(machine.handle(.fired(.retry)).isEmpty)
    }

    @Test("retry tries now, from failed, paused and retrying")
    func retries() throws {
        var failed = try running()
        _ = failed.handle(.reported(Self.purged))
        _ = failed.handle(.exited(Self.failedExit))
        #expect(try failed.handle(.retry).contains(.launch(.run)))
        #expect(failed.state == .retrying)
        var retrying = try running()
        _ = retrying.handle(.reported(Self.lost))
        _ = retrying.handle(.exited(Self.failedExit))
        #expect(try retrying.handle(.retry).contains(.launch(.run)))
        var paused = try running()
        _ = try paused.handle(.pause)
        _ = paused.handle(.exited(Self.left))
        #expect(try paused.handle(.retry).contains(.launch(.run)))
    }

    @Test("stop is final")
    func stops() throws {
        var machine = try running()
        #expect(try machine.handle(.stop).contains(.dismiss))
        #expect(machine.state == .stopping)
        _ = machine.handle(.exited(Self.left))
        #expect(machine.state == .stopped)
        #expect(machine.actions == ["delete"])
        #expect(throws: Failure.self) { try machine.handle(.start(at: nil)) }
        #expect(throws: Failure.self) { try machine.handle(.resume) }
    }

    @Test("delete: worker leaves, clean-up, removal; without traces there is nothing to clean up")
    func deletes() throws {
        var machine = try running()
        #expect(try machine.handle(.delete).contains(.dismiss))
        #expect(machine.handle(.exited(Self.left)).contains(.launch(.errand)))
        _ = machine.handle(.accepted(.errand, failure: nil))
        #expect(machine.handle(.exited(Self.left)).last == .remove)
        #expect(machine.cleanUpFailure == nil)
        var untouched = self.machine()
        #expect(try untouched.handle(.delete).last == .remove)
    }

    @Test("a clean-up that fails or hangs does not keep the task")
    func deletesAnyway() throws {
        var failing = try running()
        _ = try failing.handle(.delete)
        _ = failing.handle(.exited(Self.left))
        _ = failing.handle(.accepted(.errand, failure: Self.lost))
        #expect(failing.handle(.exited(Self.left)).last == .remove)
        #expect(failing.cleanUpFailure == Self.lost)
        var hanging = try running()
        _ = try hanging.handle(.delete)
        _ = hanging.handle(.exited(Self.left))
        #expect(hanging.handle(.fired(.cleanUp)).contains(.dismiss))
        #expect(hanging.handle(.exited(Self.crash)).last == .remove)
        #expect(hanging.cleanUpFailure?.code == .timedOut)
    }

    @Test("what is not allowed is refused, says what is, and changes nothing")
    func refusals() throws {
        var machine = try running()
        let before = machine.memory
        let refusal = #expect(throws: Failure.self) { try machine.handle(.verify) }
        #expect(refusal?.code == .notAllowed)
        #expect(refusal?.remedy == "possible now: pause, stop, delete")
        #expect(machine.memory == before)
    }

    @Test("a task with a checkpoint takes a new password but no new objects")
    func reconfigures() throws {
        var machine = try running()
        _ = machine.handle(.reported(Self.purged))
        _ = machine.handle(.exited(Self.failedExit))
        #expect(throws: Failure.self) { try machine.handle(.configure(harmless: false)) }
        _ = try machine.handle(.configure(harmless: true))
        #expect(machine.state == .failed)
    }

    // MARK: Restart of the supervisor

    @Test(
        "after a restart of the supervisor what was wanted comes up again",
        arguments: [
            (TaskState.running, Desired.up, TaskState.scheduled, true),
            (.scheduled, .up, .scheduled, true),
            (.retrying, .up, .retrying, true),
            (.failed, .up, .failed, false),
            (.verifying, .up, .verifying, true),
            (.verifying, .idle, .configured, false),
            (.verified, .idle, .verified, false),
            (.verifyFailed, .idle, .verifyFailed, false),
            (.pausing, .paused, .paused, false),
            (.paused, .paused, .paused, false),
            (.stopping, .stopped, .stopped, false),
            (.scheduled, .held, .scheduled, false),
            (.stopping, .gone, .stopping, true),
        ]
    )
    func boots(was: TaskState, desired: Desired, becomes: TaskState, launches: Bool) {
        let memory = Machine.Memory(state: was, desired: desired, failure: nil, leftTraces: true)
        var machine = Machine(restoring: memory, retryMinutes: 60, seed: 1)
        let actions = machine.boot()
        #expect(machine.state == becomes)
        #expect(actions.contains { if case .launch = $0 { true } else { false } } == launches)
    }

    @Test("a start that is due later still is, after a restart")
    func bootsScheduled() {
        let memory = Machine.Memory(state: .scheduled, desired: .up, startAt: 99)
        var machine = Machine(restoring: memory, retryMinutes: 60, seed: 1)
        #expect(machine.boot() == [.waitUntil(99)])
    }

    @Test("at the end of the supervisor workers leave and wishes stay")
    func shutsDown() throws {
        var machine = try running()
        #expect(machine.handle(.shutdown) == [.dismiss])
        let actions = machine.handle(.exited(Self.left))
        #expect(!actions.contains(.launch(.run)))
        #expect(machine.desired == .up)
        #expect(machine.state == .running)
    }

    // MARK: The gate of a pair

    @Test("a held task is scheduled and starts without another verification")
    func holds() throws {
        var machine = machine()
        _ = try machine.handle(.verify)
        _ = machine.handle(.verified(failedItems: []))
        _ = machine.handle(.exited(Self.left))
        #expect(try machine.handle(.hold).isEmpty)
        #expect(machine.state == .scheduled)
        #expect(machine.beginErrand(leavesTraces: true) == [.launch(.errand)])
        #expect(machine.handle(.accepted(.errand, failure: nil)) == [.dismiss])
        #expect(!machine.handle(.exited(Self.left)).contains(.launch(.run)))
        _ = machine.handle(.fired(.freshness))
        #expect(try machine.handle(.start(at: nil)).contains(.launch(.run)))
    }

    @Test("an errand does not begin beside another worker, and the task goes on after it")
    func errands() throws {
        var machine = try running()
        #expect(machine.beginErrand(leavesTraces: false) == nil)
        _ = machine.handle(.reported(Self.lost))
        _ = machine.handle(.exited(Self.failedExit))
        #expect(machine.beginErrand(leavesTraces: false) == [.launch(.errand)])
        #expect(machine.handle(.fired(.retry)).isEmpty)
        #expect(machine.handle(.exited(Self.left)).contains(.launch(.run)))
    }

    // MARK: Anything goes

    @Test("whatever happens in whatever order: one worker at a time, and no trap", arguments: 0..<200)
    func random(seed: UInt64) {
        var numbers = Numbers(state: seed)
        var machine = machine()
        for _ in 0..<300 {
            let actions: [Machine.Action]
            switch numbers.below(20) {
            case 0: actions = (try? machine.handle(.start(at: nil))) ?? []
            case 1: actions = (try? machine.handle(.pause)) ?? []
            case 2: actions = (try? machine.handle(.resume)) ?? []
            case 3: actions = (try? machine.handle(.retry)) ?? []
            case 4: actions = (try? machine.handle(.verify)) ?? []
            case 5: actions = (try? machine.handle(.configure(harmless: true))) ?? []
            case 6: actions = machine.handle(.verified(failedItems: numbers.below(4) == 0 ? ["x"] : []))
            case 7: actions = machine.handle(.accepted(.run, failure: numbers.below(4) == 0 ? Self.lost : nil))
            case 8, 9: actions = machine.handle(.ready)
            case 10: actions = machine.handle(.reported(numbers.below(3) == 0 ? Self.purged : Self.lost))
            case 11: actions = machine.handle(.exited(Self.crash))
            case 12: actions = machine.handle(.exited(Self.left))
            case 13:
                actions = machine.handle(.fired(Machine.Timer.allCases[numbers.below(Machine.Timer.allCases.count)]))
            case 14: actions = machine.handle(.pauseAnswered)
            case 15: actions = machine.beginErrand(leavesTraces: true) ?? []
            case 16: actions = machine.handle(.accepted(.errand, failure: nil))
            case 17: actions = machine.handle(.phase(.incremental))
            case 18: actions = machine.handle(.due)
            default: actions = numbers.below(40) == 0 ? (try? machine.handle(.stop)) ?? [] : []
            }
            let launches = actions.filter { if case .launch = $0 { true } else { false } }.count
            #expect(launches <= 1)
            // Whoever is wanted up and is not is either waiting for a timer, or there is a worker, or it has failed.
            if machine.state == .running { #expect(machine.process != .none) }
            if machine.state == .verifying { #expect(machine.process != .none) }
            if machine.state == .pausing { #expect(machine.process != .none) }
        }
    }
}

/// A small repeatable generator.
struct Numbers {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }
}
