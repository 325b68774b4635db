package import SyncModel

/// The life of one task as a value: requests and events in, ``Action``s out. It has no clock, no process and no store;
/// ``TaskSupervisor`` owns one and does what it says.
///
/// ``desired`` is what the user wants, ``state`` what is the case, ``process`` whether a worker is there. A worker is
/// only ever launched while none is there (one worker per task), so every change ends in ``settle()``, which launches
/// what is wanted now if it can, and otherwise waits for the exit of the one that is still leaving.
package struct TaskStateMachine: Sendable {
    /// What a worker was launched for.
    package enum Job: String, Sendable, Hashable {
        case verify, run
        /// One command apart from the task's life: `prepare`, `inspect`, `resolve`, `clean-up`.
        case errand
    }

    package enum Process: Sendable, Hashable {
        case none
        case live(Job)
        /// Asked to leave; its exit is awaited.
        case leaving(Job)
    }

    package enum Timer: String, Sendable, Hashable, CaseIterable {
        /// The pause between two attempts is over.
        case retry
        /// `retry_minutes` are over.
        case retryWindow = "retry-window"
        /// The worker has run for so long that its next sign of progress lets the failures before be forgotten.
        case healthy
        /// The worker did not answer `pause` in time.
        case pause
        /// The verification is not fresh any more.
        case freshness
        /// The worker did not finish `clean-up` in time.
        case cleanUp = "clean-up"
    }

    package enum Action: Sendable, Hashable {
        /// Start a worker, configure it and give it the command of this job.
        case launch(Job)
        /// Tell the running worker to pause.
        case sendPause
        /// Ask the worker to leave, with all means if need be.
        case dismiss
        case startTimer(Timer, Duration)
        case cancelTimer(Timer)
        /// Send ``Event/due`` at this time (microseconds since 1970 UTC).
        case waitUntil(UInt64)
        /// The task is deleted and left nothing: forget it.
        case remove
    }

    package enum Event: Sendable, Hashable {
        /// The worker answered `configure` or the job's command; with `failure` it refused.
        case accepted(Job, failure: Failure?)
        /// The verification is complete; `failedItems` are those that block.
        case verified(failedItems: [String])
        /// The worker answered `pause`.
        case pauseAnswered
        case ready
        case phase(TaskPhase)
        /// What the worker reports has moved, or it has caught up and says so; only needed while ``awaitsProgress``.
        case moved
        /// The worker cannot go on and will exit.
        case reported(Failure)
        case exited(WorkerExit)
        case fired(Timer)
        /// The start of the pair cannot go on for now; nil: it goes on.
        case gateWaits(Failure?)
        /// The start of the pair has failed.
        case gateFailed(Failure)
        /// The task was paused because it is not paid for; nil: it is.
        case isolated(Failure?)
        /// The time of a scheduled start has come.
        case due
        /// The supervisor ends: workers leave, wishes stay.
        case shutdown
    }

    package static let healthyAfter = Duration.seconds(60)
    package static let freshFor = Duration.seconds(600)
    package static let pauseLimit = Duration.seconds(60)
    package static let cleanUpLimit = Duration.seconds(60)
    /// Attempts of a verification whose worker dies.
    static let verifyAttempts = 3

    package internal(set) var state: TaskState
    package internal(set) var desired: Desired
    package internal(set) var phase: TaskPhase?
    package internal(set) var failure: Failure?
    package internal(set) var process: Process = .none
    /// Automatic restarts of the worker since the user's last start, resume or retry.
    package internal(set) var restarts: Int
    /// When a scheduled task is to start, microseconds since 1970 UTC.
    package internal(set) var startAt: UInt64?
    /// Whether a worker may have left something in the databases.
    package internal(set) var leftTraces: Bool
    /// Minutes, from the task's specification; 0 = no retries.
    package var retryMinutes: Int
    /// Why the clean-up of a deleted task did not succeed; what it left has to be removed by hand.
    package internal(set) var cleanUpFailure: Failure?

    var backoff: Backoff
    var reported: Failure?
    var answered = false
    var verifiedFreshly = false
    var verifyAttempt = 0
    var waitsForTime = false
    var waitsForRetry = false
    var windowIsOpen = false
    var windowIsOver = false
    var cleanedUp = false
    var closing = false
    /// The worker leaves for one that knows the new specification.
    var isChanging = false
    /// The run has lasted; whether it is a healthy one shows when it moves once more.
    var hasLasted = false

    /// A new task.
    package init(complete: Bool, retryMinutes: Int, seed: UInt64) {
        self.init(
            restoring: Memory(state: complete ? .configured : .created, desired: .idle),
            retryMinutes: retryMinutes,
            seed: seed
        )
    }

    /// What the machine needs to remember across a restart of the supervisor.
    package struct Memory: Sendable, Hashable {
        package var state: TaskState
        package var desired: Desired
        package var phase: TaskPhase?
        package var failure: Failure?
        package var restarts: Int
        package var startAt: UInt64?
        package var leftTraces: Bool

        package init(
            state: TaskState,
            desired: Desired,
            phase: TaskPhase? = nil,
            failure: Failure? = nil,
            restarts: Int = 0,
            startAt: UInt64? = nil,
            leftTraces: Bool = false
        ) {
            self.state = state
            self.desired = desired
            self.phase = phase
            self.failure = failure
            self.restarts = restarts
            self.startAt = startAt
            self.leftTraces = leftTraces
        }
    }

    package var memory: Memory {
        Memory(
            state: state,
            desired: desired,
            phase: phase,
            failure: failure,
            restarts: restarts,
            startAt: startAt,
            leftTraces: leftTraces
        )
    }

    /// A task of an earlier run of the supervisor. No worker is there any more; ``boot()`` brings up what is wanted.
    package init(restoring memory: Memory, retryMinutes: Int, seed: UInt64) {
        state = memory.state
        desired = memory.desired
        phase = memory.phase
        failure = memory.failure
        restarts = memory.restarts
        startAt = memory.startAt
        leftTraces = memory.leftTraces
        self.retryMinutes = retryMinutes
        backoff = Backoff(seed: seed)
    }

    /// Restarts since the last healthy run.
    package var attempts: Int { backoff.attempts }

    /// Whether a failure is not yet made good by a healthy run.
    package var isInTrouble: Bool { windowIsOpen }

    /// Whether ``Event/moved`` would make the run a healthy one. Having lasted alone does not: a worker that hangs is only found
    /// out after a while, and would be taken for a healthy one until then.
    package var awaitsProgress: Bool { hasLasted && state == .running }

    /// Whether nothing keeps a deleted task from being forgotten.
    package var isToBeRemoved: Bool {
        desired == .gone && state == .stopping && process == .none && (cleanedUp || !leftTraces)
    }

    /// What the present worker said it failed of.
    package var reportedFailure: Failure? { reported }

    /// What to do first after a restart of the supervisor: observed state is rebuilt from what is wanted.
    package mutating func boot() -> [Action] {
        switch desired {
        case .idle:
            if state == .verifying { state = .configured }
        case .held:
            state = .scheduled
        case .up:
            return bootWantedUp()
        case .paused:
            state = .paused
        case .stopped:
            state = .stopped
        case .gone:
            state = .stopping
        }
        return settle()
    }

    private mutating func bootWantedUp() -> [Action] {
        switch state {
        case .failed, .verifyFailed:
            return []
        case .created, .configured, .verifying, .verified:
            beginVerifying()
            return settle()
        case .retrying:
            return openWindow() + settle()
        case .scheduled, .running, .pausing, .paused, .stopping, .stopped:
            return schedule() + settle()
        }
    }

    // MARK: Steps shared by requests and events

    /// Launches what is wanted now, if no worker is in the way.
    mutating func settle() -> [Action] {
        guard process == .none, !closing else { return [] }
        switch state {
        case .verifying:
            return launch(.verify)
        case .scheduled where desired == .up && !waitsForTime:
            leftTraces = true
            return launch(.run)
        case .running where isChanging:
            return launch(.run)
        case .retrying where !waitsForRetry:
            leftTraces = true
            return launch(.run)
        case .pausing:
            state = .paused
            return []
        case .stopping where desired == .gone:
            if !leftTraces || cleanedUp { return [.remove] }
            cleanedUp = true
            return launch(.errand) + [.startTimer(.cleanUp, Self.cleanUpLimit)]
        case .stopping:
            state = .stopped
            return []
        default:
            return []
        }
    }

    private mutating func launch(_ job: Job) -> [Action] {
        process = .live(job)
        reported = nil
        answered = false
        isChanging = false
        hasLasted = false
        return [.launch(job)]
    }

    /// Asks the worker to leave, once.
    mutating func dismiss() -> [Action] {
        guard case .live(let job) = process else { return [] }
        process = .leaving(job)
        return [.dismiss]
    }

    mutating func beginVerifying() {
        state = .verifying
        failure = nil
        verifyAttempt = 0
        verifiedFreshly = false
    }

    /// To be run as soon as its time, its gate and the old worker allow.
    mutating func schedule() -> [Action] {
        state = .scheduled
        failure = nil
        if let startAt {
            waitsForTime = true
            return [.waitUntil(startAt)]
        }
        waitsForTime = false
        return []
    }

    mutating func openWindow() -> [Action] {
        guard !windowIsOpen else { return [] }
        windowIsOpen = true
        windowIsOver = false
        return [.startTimer(.retryWindow, .seconds(60 * retryMinutes))]
    }

    /// Forgets earlier failures: a new start, or a run that has lasted and moves.
    mutating func forgetFailures() -> [Action] {
        backoff.reset()
        waitsForRetry = false
        windowIsOpen = false
        windowIsOver = false
        return [.cancelTimer(.retry), .cancelTimer(.retryWindow)]
    }
}
