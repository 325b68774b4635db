import SupervisorTasks
import SyncModel
import SyncWire
import Testing

@Suite("Task state machine: failures")
struct TaskStateMachineFailureTests: TaskStateMachineFixture {
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

    @Test("a minute of running, and then progress, resets the delays and closes the window")
    func health() throws {
        var machine = try running()
        for _ in 0..<6 {
            _ = machine.handle(.exited(Self.crash))
            _ = machine.handle(.fired(.retry))
        }
        _ = machine.handle(.ready)
        #expect(machine.isInTrouble)
        #expect(!machine.awaitsProgress)
        #expect(machine.handle(.moved).isEmpty)
        #expect(machine.handle(.fired(.healthy)).isEmpty)
        #expect(machine.isInTrouble && machine.awaitsProgress)
        #expect(machine.handle(.moved).contains(.cancelTimer(.retryWindow)))
        #expect(!machine.isInTrouble && !machine.awaitsProgress)
        #expect(machine.handle(.exited(Self.crash)).contains(.launch(.run)))
    }

    @Test("a worker that only lasts is not healthy: the delays go on growing")
    func hangs() throws {
        var machine = try running()
        let silent = Failure(.workerUnresponsive, "silent", remedy: "", kind: .transient)
        var delays: [Duration] = []
        for _ in 0..<6 {
            _ = machine.handle(.fired(.healthy))
            let actions = machine.handle(.exited(WorkerExit(status: .signaled(9), failure: silent)))
            delays.append(delay(.retry, in: actions) ?? .zero)
            _ = machine.handle(.fired(.retry))
            _ = machine.handle(.ready)
        }
        #expect(delays[0] == .zero && delays[1] >= .seconds(1) && delays[5] > .seconds(10))
        #expect(machine.attempts == 6 && machine.isInTrouble)
    }

    @Test("a worker that says why it ends, and then dies, has not crashed: the servers get their time")
    func diesOfAnError() throws {
        var machine = try running()
        _ = machine.handle(.reported(Self.lost))
        let actions = machine.handle(.exited(Self.crash))
        #expect(machine.failure == Self.lost)
        #expect(try #require(delay(.retry, in: actions)) >= .seconds(1))
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

    @Test("a statement can be decided about while the task has stopped at it, and only then")
    func statements() throws {
        var machine = try running()
        let refused = Failure(.ddlFailed, "the target refused it", remedy: "decide", statement: "0-1-7 ab")
        #expect(machine.undecidedStatement == nil)
        _ = machine.handle(.reported(refused))
        _ = machine.handle(.exited(Self.failedExit))
        #expect(machine.undecidedStatement == "0-1-7 ab")
        #expect(machine.actions.contains("skip-statement") && machine.actions.contains("replace-statement"))
        _ = try machine.handle(.retry)
        #expect(machine.undecidedStatement == nil)
        #expect(!machine.actions.contains("skip-statement"))
        var other = try running()
        _ = other.handle(.reported(Self.purged))
        _ = other.handle(.exited(Self.failedExit))
        #expect(other.undecidedStatement == nil && !other.actions.contains("replace-statement"))
        // What a statement did to rows can be done by hand, and by no definition statement.
        var change = try running()
        _ = change.handle(.reported(Failure(.statementFormat, "a change as a statement", remedy: "decide", statement: "0-1-8/1 ab")))
        _ = change.handle(.exited(Self.failedExit))
        #expect(change.undecidedStatement == "0-1-8/1 ab")
        #expect(change.actions.contains("skip-statement") && !change.actions.contains("replace-statement"))
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
}
