package import SyncModel

/// One task as `task show NAME --json` prints it. Contract, section 4. Never holds a password.
package struct TaskView: Sendable, Hashable, Codable {
    package var id: String
    package var name: String
    /// Name of the pair that the task belongs to.
    @OrNull package var pair: String?
    package var state: TaskState
    /// nil before the first start.
    @OrNull package var phase: TaskPhase?
    /// What the user may ask for in this state.
    package var actions: [TaskAction]
    package var source: EndpointView
    package var target: EndpointView
    package var position: PositionView
    /// nil while not known.
    @OrNull package var lagMs: UInt64?
    package var backlogBytes: UInt64
    /// When lag and backlog were found; nil when the daemon has not asked since it began.
    @OrNull package var measuredAt: Timestamp?
    /// Bytes of rows that the target has of a large transaction that it has not committed yet; nil when none is open.
    @OrNull package var transactionBytes: UInt64?
    /// nil while no worker runs, and until it has run for a moment.
    @OrNull package var rate: RateView?
    package var load: LoadProgress
    package var counts: Counts
    package var conflicts: ConflictsView
    package var worker: WorkerView
    /// The limits that hold: the user's, and the ceiling of the task's size where there is none.
    package var limits: Limits
    package var specification: Specification
    package var billing: TaskSpec.Billing
    /// Mail address; nil when nobody is named.
    @OrNull package var owner: String?
    /// When a scheduled task is to start.
    @OrNull package var startAt: Timestamp?
    /// Items of the verification whose risk the user has acknowledged.
    package var skippedChecks: [String]
    /// Why the task failed, paused by itself or is being retried.
    @OrNull package var error: TaskErrorView?

    package init(
        id: String,
        name: String,
        pair: String? = nil,
        state: TaskState,
        phase: TaskPhase? = nil,
        actions: [TaskAction] = [],
        source: EndpointView,
        target: EndpointView,
        position: PositionView = PositionView(),
        lagMs: UInt64? = nil,
        backlogBytes: UInt64 = 0,
        measuredAt: Timestamp? = nil,
        transactionBytes: UInt64? = nil,
        rate: RateView? = nil,
        load: LoadProgress = LoadProgress(),
        counts: Counts = Counts(),
        conflicts: ConflictsView = ConflictsView(),
        worker: WorkerView = WorkerView(),
        limits: Limits = Limits(),
        specification: Specification = .standard,
        billing: TaskSpec.Billing = .payAsYouGo,
        owner: String? = nil,
        startAt: Timestamp? = nil,
        skippedChecks: [String] = [],
        error: TaskErrorView? = nil
    ) {
        self.id = id
        self.name = name
        self.pair = pair
        self.state = state
        self.phase = phase
        self.actions = actions
        self.source = source
        self.target = target
        self.position = position
        self.lagMs = lagMs
        self.backlogBytes = backlogBytes
        self.measuredAt = measuredAt
        self.transactionBytes = transactionBytes
        self.rate = rate
        self.load = load
        self.counts = counts
        self.conflicts = conflicts
        self.worker = worker
        self.limits = limits
        self.specification = specification
        self.billing = billing
        self.owner = owner
        self.startAt = startAt
        self.skippedChecks = skippedChecks
        self.error = error
    }
}

/// What a user may ask of a task or a pair.
package enum TaskAction: String, Sendable, Hashable, Codable, CaseIterable {
    case configure, verify, start, pause, resume, retry, stop, delete, rename, limit, similar, export
    case skipCheck = "skip-check"
    case skipStatement = "skip-statement"
    case replaceStatement = "replace-statement"
}

/// How fast a task has got on in the last seconds.
package struct RateView: Sendable, Hashable, Codable {
    /// Rows that were copied, or whose changes were applied.
    package var rowsPerSecond: UInt64
    /// Of the copy, or of what there was to catch up with, 0 to 99; nil when nothing is left or it is not known how much there is.
    @OrNull package var percent: Int?
    /// Until the copy is done or all is caught up with, at this rate; nil when it gets no nearer.
    @OrNull package var secondsLeft: UInt64?

    package init(rowsPerSecond: UInt64, percent: Int? = nil, secondsLeft: UInt64? = nil) {
        self.rowsPerSecond = rowsPerSecond
        self.percent = percent
        self.secondsLeft = secondsLeft
    }
}

/// The process that runs a task.
package struct WorkerView: Sendable, Hashable, Codable {
    /// nil when no process runs.
    @OrNull package var pid: Int?
    /// Times that it was started again by the supervisor since the user's last `start`.
    package var restarts: Int
    package var rssBytes: UInt64

    package init(pid: Int? = nil, restarts: Int = 0, rssBytes: UInt64 = 0) {
        self.pid = pid
        self.restarts = restarts
        self.rssBytes = rssBytes
    }
}

/// A task's last failure and when it happened.
package struct TaskErrorView: Sendable, Hashable, Codable {
    package var code: FailureCode
    package var message: String
    package var remedy: String
    package var at: Timestamp

    package init(_ failure: Failure, at: Timestamp) {
        code = failure.code
        message = failure.message
        remedy = failure.remedy
        self.at = at
    }
}
