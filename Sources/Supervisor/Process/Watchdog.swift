import SyncModel
import SyncWire

/// Judges from the traffic whether a worker still does what it is for. A process that is alive proves nothing.
///
/// Times are durations since the worker's start; whoever owns it looks at its clock.
struct Watchdog: Sendable {
    private enum Stage {
        case greeting
        case resting
        case starting(since: Duration)
        case running
        /// Has said why it cannot go on.
        case failing(since: Duration)
        /// Leaving; the steps of the stop have their own times.
        case off
    }

    private let limits: WorkerLimits
    private var stage = Stage.greeting
    private var unanswered: Set<UInt64> = []
    private var runCommand: UInt64?
    private var lastWord = Duration.zero
    private var activeAt: UInt64 = 0
    private var activeSince = Duration.zero

    init(limits: WorkerLimits) {
        self.limits = limits
    }

    mutating func sent(_ message: SupervisorMessage, at now: Duration) {
        guard case .command(let id, let command) = message else { return }
        switch command {
        case .catchUp:
            // Takes as long as the backlog; the progress meanwhile shows that it lives.
            break
        case .run:
            runCommand = id
            stage = .starting(since: now)
        default:
            if unanswered.isEmpty { lastWord = max(lastWord, now) }
            unanswered.insert(id)
        }
    }

    mutating func received(_ message: WorkerMessage, at now: Duration) {
        lastWord = now
        switch message {
        case .hello:
            if case .greeting = stage { stage = .resting }
        case .answer(let answer):
            unanswered.remove(answer.id)
            if answer.id == runCommand, answer.failure != nil, case .starting = stage { stage = .resting }
        case .ready:
            guard case .starting = stage else { return }
            stage = .running
            activeSince = now
        case .progress(let progress):
            if progress.activeAt != activeAt || progress.paused {
                activeAt = progress.activeAt
                activeSince = now
            }
        case .error:
            switch stage {
            case .failing, .off: break
            case .greeting, .resting, .starting, .running: stage = .failing(since: now)
            }
        case .done: stage = .off
        default: break
        }
    }

    /// The worker was asked to leave.
    mutating func rest() {
        stage = .off
    }

    /// What to hold against the worker; nil while all is well.
    func verdict(at now: Duration) -> Failure? {
        switch stage {
        case .off: return nil
        case .greeting:
            return now > limits.hello ? Self.unresponsive("did not say hello within \(limits.hello)") : nil
        case .resting:
            guard !unanswered.isEmpty, now - lastWord > limits.answer else { return nil }
            return Self.unresponsive("left a command unanswered for \(limits.answer)")
        case .starting(let since):
            return now - since > limits.ready ? Self.unresponsive("did not become ready within \(limits.ready)") : nil
        case .running:
            if now - lastWord > limits.silence { return Self.unresponsive("has said nothing for \(limits.silence)") }
            if now - activeSince > limits.silence { return Self.unresponsive("has done nothing for \(limits.silence)") }
            return nil
        case .failing(let since):
            return now - since > limits.lastWord ? Self.unresponsive("said why it fails, but not 'done' within \(limits.lastWord)") : nil
        }
    }

    private static func unresponsive(_ what: String) -> Failure {
        Failure(
            .workerUnresponsive,
            "the worker \(what)",
            remedy: "it was killed and is started again; if this repeats, read the task's log",
            kind: .transient
        )
    }
}
