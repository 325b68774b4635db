import SupervisorTasks
import SyncModel
import SyncWire
import Testing

@Suite("Task state machine")
struct TaskStateMachineTests: TaskStateMachineFixture {
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
        #expect(try machine.handle(.hold()).isEmpty)
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
            case 5: actions = (try? machine.handle(.configure(affectsWorker: true))) ?? []
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
