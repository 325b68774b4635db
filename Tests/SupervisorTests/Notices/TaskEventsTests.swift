import SupervisorNotices
import SupervisorTasks
import SyncModel
import Testing

@Suite("What a task's life is worth telling")
struct TaskEventsTests: TaskStateMachineFixture {
    /// What is told of steps, one after the other.
    private static func told(
        _ machine: inout Machine, by requester: String? = nil, startIsNews: Bool = false, _ steps: ((inout Machine) throws -> Void)...
    ) throws -> [TaskEvents.Event] {
        var events: [TaskEvents.Event] = []
        for step in steps {
            let before = TaskEvents.Moment(machine)
            try step(&machine)
            events += TaskEvents(from: before, to: TaskEvents.Moment(machine), requester: requester, startIsNews: startIsNews).all
        }
        return events
    }

    private static func lose(_ machine: inout Machine) {
        _ = machine.handle(.reported(lost))
        _ = machine.handle(.exited(failedExit))
    }

    private static func comeBack(_ machine: inout Machine) {
        _ = machine.handle(.fired(.retry))
        _ = machine.handle(.accepted(.run, failure: nil))
        _ = machine.handle(.ready)
    }

    @Test("a start is told once it runs, with its phases")
    func start() throws {
        var machine = try started()
        let events = try Self.told(
            &machine, by: "ann", startIsNews: true, { _ = $0.handle(.accepted(.run, failure: nil)) }, { _ = $0.handle(.phase(.data)) },
            { _ = $0.handle(.ready) }, { _ = $0.handle(.phase(.incremental)) })
        #expect(events.map(\.event) == [.phaseReached, .taskStarted, .recovered, .phaseReached])
        #expect(events.first { $0.event == .taskStarted }?.facts == [.init("by", "ann")])
        // After a restart of the supervisor it is no news.
        machine = try started()
        #expect(try Self.told(&machine) { _ = $0.handle(.ready) }.map(\.event) == [.recovered])
    }

    @Test("trouble is told once, and that it is over when it has stayed over for a minute")
    func trouble() throws {
        var machine = try running()
        #expect(try Self.told(&machine, Self.lose).map(\.event) == [.retrying])
        #expect(try Self.told(&machine, Self.comeBack, Self.lose, Self.comeBack).isEmpty)
        #expect(try Self.told(&machine) {
            _ = $0.handle(.fired(.healthy))
            _ = $0.handle(.moved)
        }.map(\.event) == [.recovered])
        let again = try Self.told(&machine, Self.lose)
        #expect(again.map(\.event) == [.retrying])
        #expect(again.first?.text == "connection-lost: gone" && again.first?.remedy == "wait")
        #expect(again.first?.facts.contains(.init("code", "connection-lost")) == true)
    }

    @Test("a worker that does nothing but crash is told of a second time")
    func crashLoop() throws {
        var machine = try running()
        var events: [NoticeEvent] = []
        for _ in 0..<8 {
            events += try Self.told(&machine, { _ = $0.handle(.exited(Self.crash)) }, Self.comeBack).map(\.event)
        }
        #expect(events == [.workerCrashed, .crashLoop])
        // A server that is away is no crash.
        machine = try running()
        events = []
        for _ in 0..<8 { events += try Self.told(&machine, Self.lose, Self.comeBack).map(\.event) }
        #expect(events == [.retrying])
    }

    @Test("what cannot heal is a failure; a retry that runs is its recovery")
    func failure() throws {
        var machine = try running()
        let failed = try Self.told(&machine, { _ = $0.handle(.reported(Self.purged)) }, { _ = $0.handle(.exited(Self.failedExit)) })
        #expect(failed.map(\.event) == [.failed])
        #expect(failed.first?.remedy == "start anew")
        #expect(try Self.told(&machine, { _ = try $0.handle(.retry) }, Self.comeBack).map(\.event) == [.recovered])
    }

    @Test("a reported conflict is told as such, a pause with whoever asked for it")
    func pauses() throws {
        var machine = try running()
        let conflict = Failure(.conflictReported, "both sides changed a row", remedy: "resolve it")
        #expect(
            try Self.told(&machine, by: "ann", { _ = $0.handle(.reported(conflict)) }, { _ = $0.handle(.exited(Self.failedExit)) }).map(\.event)
                == [.conflictReported])
        machine = try running()
        let paused = try Self.told(&machine, by: "ann", { _ = try $0.handle(.pause) }, { _ = $0.handle(.pauseAnswered) })
        #expect(paused.map(\.text) == ["the task is paused by ann"])
        let stopped = try Self.told(&machine, by: "bob", { _ = $0.handle(.exited(Self.left)) }, { _ = try $0.handle(.stop) })
        #expect(stopped.map(\.text) == ["the task is stopped for good by bob"])
    }

    @Test("a verification that failed is told, and one that passes after it")
    func verification() throws {
        var machine = machine()
        let failed = try Self.told(
            &machine, { _ = try $0.handle(.verify) }, { _ = $0.handle(.verified(failedItems: ["binlog-format"])) }, { _ = $0.handle(.exited(Self.left)) })
        #expect(failed.map(\.event) == [.verificationFailed])
        #expect(failed.first?.text.contains("binlog-format") == true)
        let passed = try Self.told(&machine, { _ = try $0.handle(.start(at: nil)) }, { _ = $0.handle(.verified(failedItems: [])) })
        #expect(passed.map(\.event) == [.verificationPassed])
    }
}
