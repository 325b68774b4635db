import SupervisorTasks
import SyncModel
import SyncWire
import Testing

@Suite("Task state machine: pausing, stopping, deleting")
struct TaskStateMachineStopTests: TaskStateMachineFixture {
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

    @Test("a task that has not run yet is verified before it does, by retry and by resume; retry does not wait for its time")
    func verifiesWhatHasNotRun() throws {
        var waiting = machine()
        _ = try waiting.handle(.start(at: 9))
        _ = waiting.handle(.verified(failedItems: []))
        _ = waiting.handle(.exited(Self.left))
        _ = waiting.handle(.fired(.freshness))
        _ = try waiting.handle(.pause)
        #expect(waiting.state == .paused && waiting.startAt == 9)
        #expect(try waiting.handle(.retry).contains(.launch(.verify)))
        #expect(waiting.startAt == nil)
        _ = waiting.handle(.verified(failedItems: []))
        #expect(waiting.handle(.exited(Self.left)).contains(.launch(.run)))
        var hasty = machine()
        _ = try hasty.handle(.start(at: nil))
        _ = hasty.handle(.verified(failedItems: []))
        _ = try hasty.handle(.pause)
        _ = hasty.handle(.exited(Self.left))
        _ = hasty.handle(.fired(.freshness))
        #expect(hasty.state == .paused)
        #expect(try hasty.handle(.resume).contains(.launch(.verify)))
    }

    @Test("stop is final")
    func stops() throws {
        var machine = try running()
        #expect(try machine.handle(.stop).contains(.dismiss))
        #expect(machine.state == .stopping)
        _ = machine.handle(.exited(Self.left))
        #expect(machine.state == .stopped)
        #expect(machine.actions == ["rename", "similar", "export", "delete"])
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
        #expect(refusal?.message == "'verify' is not possible while the task is running")
        #expect(refusal?.remedy.hasPrefix("possible now: configure, ") == true)
        #expect(machine.memory == before)
    }

    @Test("a task that failed or is paused stays so when it is configured")
    func reconfigures() throws {
        var machine = try running()
        _ = machine.handle(.reported(Self.purged))
        _ = machine.handle(.exited(Self.failedExit))
        #expect(try machine.handle(.configure(affectsWorker: true)) == [])
        #expect(machine.state == .failed)
    }

    @Test("a running task that is to sync something else stays running and gets a worker that knows it")
    func changesWhileRunning() throws {
        var machine = try running()
        #expect(try machine.handle(.configure(affectsWorker: false)) == [])
        #expect(try machine.handle(.configure(affectsWorker: true)) == [.dismiss])
        #expect(machine.state == .running && machine.phase == nil)
        // What the old one still says is not said of the change.
        _ = machine.handle(.phase(.incremental))
        #expect(machine.phase == nil)
        #expect(machine.handle(.exited(Self.left)).contains(.launch(.run)))
        #expect(machine.state == .running && machine.restarts == 0)
        _ = machine.handle(.ready)
        #expect(machine.state == .running)
        // The next one that leaves without being asked is a failure again.
        _ = machine.handle(.exited(Self.crash))
        #expect(machine.state == .retrying)
    }

    @Test("a pause while the worker is being replaced is a pause")
    func pausesWhileChanging() throws {
        var machine = try running()
        _ = try machine.handle(.configure(affectsWorker: true))
        _ = try machine.handle(.pause)
        #expect(!machine.handle(.exited(Self.left)).contains(.launch(.run)))
        #expect(machine.state == .paused)
    }
}
