import SupervisorTasks
import SyncModel
import SyncWire
import Testing

/// What the tests of the state machine have in common.
protocol TaskStateMachineFixture {}

extension TaskStateMachineFixture {
    typealias Machine = TaskStateMachine

    static var lost: Failure { Failure(.connectionLost, "gone", remedy: "wait", kind: .transient) }
    static var purged: Failure { Failure(.binlogPurged, "purged", remedy: "start anew") }
    static var crash: WorkerExit { WorkerExit(status: .signaled(9)) }
    static var left: WorkerExit { WorkerExit(status: .exited(0), done: .stopped) }
    static var failedExit: WorkerExit { WorkerExit(status: .exited(1), done: .failed) }

    func machine(retryMinutes: Int = 60) -> Machine {
        Machine(complete: true, retryMinutes: retryMinutes, seed: 1)
    }

    /// Verified, its verifier gone, and a runner launched.
    func started(retryMinutes: Int = 60) throws -> Machine {
        var machine = machine(retryMinutes: retryMinutes)
        #expect(try machine.handle(.start(at: nil)).contains(.launch(.verify)))
        _ = machine.handle(.verified(failedItems: []))
        #expect(machine.handle(.exited(Self.left)).contains(.launch(.run)))
        return machine
    }

    func running(retryMinutes: Int = 60) throws -> Machine {
        var machine = try started(retryMinutes: retryMinutes)
        _ = machine.handle(.accepted(.run, failure: nil))
        _ = machine.handle(.ready)
        #expect(machine.state == .running)
        return machine
    }

    func delay(_ timer: Machine.Timer, in actions: [Machine.Action]) -> Duration? {
        for case .startTimer(timer, let duration) in actions { return duration }
        return nil
    }
}
