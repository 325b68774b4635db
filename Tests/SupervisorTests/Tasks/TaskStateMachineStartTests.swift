import SupervisorTasks
import SyncModel
import SyncWire
import Testing

@Suite("Task state machine: verifying and starting")
struct TaskStateMachineStartTests: TaskStateMachineFixture {
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
        _ = try configured.handle(.configure(affectsWorker: false))
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
}
