package import SupervisorNotices
import SyncModel

/// What a change of a task's life is worth telling a person: worked out from what was and what is.
package struct TaskEvents {
    /// A task's life at one time.
    package struct Moment: Sendable {
        var memory: TaskStateMachine.Memory
        var isInTrouble: Bool
        /// Restarts since the last healthy run.
        var attempts: Int

        package init(_ machine: TaskStateMachine) {
            memory = machine.memory
            isInTrouble = machine.isInTrouble
            attempts = machine.attempts
        }
    }

    package struct Event: Sendable, Hashable {
        package var event: NoticeEvent
        package var text: String
        package var facts: [Notice.Fact] = []
        package var remedy: String?
    }

    /// Restarts in a row from which on a worker that crashes is said to do nothing else.
    static let crashLoop = 5
    private static let crashes: Set<FailureCode> = [.workerCrashed, .workerUnresponsive, .protocolViolation]

    private let before: Moment
    private let after: Moment
    private let requester: String?
    private let startIsNews: Bool

    /// - Parameters:
    ///   - requester: who asked for it last.
    ///   - startIsNews: whether a user has started the task and not been told yet that it runs.
    package init(from before: Moment, to after: Moment, requester: String?, startIsNews: Bool) {
        self.before = before
        self.after = after
        self.requester = requester
        self.startIsNews = startIsNews
    }

    package var all: [Event] { [end, verification, trouble, crashLoop, start, recovery, phase].compactMap { $0 } }

    /// What a definition statement that is not carried over is worth telling.
    static func of(_ statement: UncarriedStatement) -> [Event] {
        let facts = [Notice.Fact("kind", statement.kind), .init("place", statement.place)]
        let told = Event(
            event: .ddlNotCarried, text: "the source executed at \(statement.place), and the task does not carry over: \(statement.text)",
            facts: facts, remedy: "where it is meant for both sides, execute it on the target too")
        guard statement.sidesDiffer else { return [told] }
        let alarm = Event(
            event: .sidesDiffer,
            text: "the sides differ since the source executed at \(statement.place): \(statement.text); the target keeps these rows",
            facts: facts,
            remedy: "execute it on the target too, or bring the rows back on the source; then take note of it with 'message read' and the "
                + "number of this message, which ends the alarm")
        return [told, alarm]
    }

    private func entered(_ state: TaskState) -> Bool { after.memory.state == state && before.memory.state != state }

    /// Paused or stopped, by somebody or by a conflict.
    private var end: Event? {
        if entered(.paused) {
            if let failure = after.memory.failure, failure.code != .isolated {
                // It failed while it was being paused.
                return event(failure.code == .conflictReported ? .conflictReported : .failed, failure)
            }
            return Event(event: .paused, text: "the task is paused\(by)", facts: who, remedy: nil)
        }
        return entered(.stopped) ? Event(event: .stopped, text: "the task is stopped for good\(by)", facts: who) : nil
    }

    private var by: String { requester.map { " by \($0)" } ?? "" }
    private var who: [Notice.Fact] { requester.map { [.init("by", $0)] } ?? [] }

    private var verification: Event? {
        if entered(.verifyFailed), let failure = after.memory.failure { return event(.verificationFailed, failure) }
        let passed = entered(.verified) || before.memory.state == .verifying && after.memory.state == .scheduled
        return passed ? Event(event: .verificationPassed, text: "the verification passed") : nil
    }

    private var trouble: Event? {
        guard let failure = after.memory.failure else { return nil }
        if entered(.failed) { return event(.failed, failure) }
        guard after.memory.state == .retrying, after.isInTrouble, !before.isInTrouble else { return nil }
        return event(Self.crashes.contains(failure.code) ? .workerCrashed : .retrying, failure)
    }

    private var crashLoop: Event? {
        guard after.attempts >= Self.crashLoop, before.attempts < Self.crashLoop, let failure = after.memory.failure,
            Self.crashes.contains(failure.code)
        else { return nil }
        var event = event(.crashLoop, failure)
        event.text = "the worker has ended \(after.attempts) times in a row; last: \(event.text)"
        return event
    }

    private var start: Event? {
        entered(.running) && startIsNews ? Event(event: .taskStarted, text: "the task runs", facts: who) : nil
    }

    private var recovery: Event? {
        guard after.memory.state == .running, !after.isInTrouble, before.isInTrouble || before.memory.state != .running else { return nil }
        return Event(event: .recovered, text: "the task runs again")
    }

    private var phase: Event? {
        guard let phase = after.memory.phase, phase != before.memory.phase else { return nil }
        return Event(event: .phaseReached, text: "the task is in the phase \(phase.rawValue)", facts: [.init("phase", phase.rawValue)])
    }

    private func event(_ event: NoticeEvent, _ failure: Failure) -> Event {
        var facts = [Notice.Fact("code", failure.code.rawValue)]
        if let phase = after.memory.phase { facts.append(.init("phase", phase.rawValue)) }
        if after.memory.restarts > 0 { facts.append(.init("restarts", "\(after.memory.restarts)")) }
        return Event(event: event, text: "\(failure.code.rawValue): \(failure.message)", facts: facts, remedy: failure.remedy)
    }
}
