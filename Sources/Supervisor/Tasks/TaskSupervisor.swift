import Logging
package import SupervisorNotices
package import SyncModel
package import SyncWire

/// One task: owns its ``TaskStateMachine``, its record in the store and, while there is one, its worker.
///
/// It decides nothing about the task's life: it feeds the machine and does what the machine says. Requests of people
/// are stored before they take effect; what happens by itself takes effect at once and is stored as soon as the store
/// works. Requests and events pass the ``Turnstile`` one by one; progress does not need to.
package actor TaskSupervisor {
    /// What an answer of the worker is for.
    enum Pending {
        case configure(TaskStateMachine.Job)
        case job(TaskStateMachine.Job)
        case pause
        /// With the items that were found until it was answered.
        case reply(AsyncStream<Result<Reply, Failure>>.Continuation)
        /// Of a command that finds no items and is answered beside those that do.
        case answer(AsyncStream<Result<Reply, Failure>>.Continuation)
        case nobody
    }

    /// One command apart from the task's life, and who waits for its answer.
    struct Errand {
        var command: Command
        /// What the worker is told of the task; nil: as it is.
        var configuration: Configuration?
        var reply: AsyncStream<Result<Reply, Failure>>.Continuation
    }

    /// What came of a command.
    struct Reply {
        var answer: Answer
        /// What the worker has found meanwhile, when it was asked to verify.
        var items: [CheckItem]
    }

    package nonisolated let id: String
    package nonisolated let hub = ChangeHub()
    let environment: TaskEnvironment
    /// Called when the task has removed itself; with the reason when its clean-up left something behind.
    let removed: @Sendable (_ task: String, _ cleanUp: Failure?) async -> Void
    /// What follows from all other tasks, if those with these identifiers were as given.
    let surroundings: @Sendable ([String: TaskSpec]) async -> Fleet.Surroundings
    /// Has all others take up what follows from this one; with the reason when one of them could not.
    let tellOthers: @Sendable () async -> Failure?
    /// What the worker knows of other tasks.
    var toldRoutes: TaskRoutes?
    var logger: Logger

    var record: TaskRecord
    var machine: TaskStateMachine {
        didSet { runMeter.note(isRunning: machine.state == .running, environment.clock) }
    }
    var recordIsDirty = false
    var unsavedNotices: [Notice] = []
    var isRemoved = false
    /// The fleet has forgotten it too, and knows what it left behind.
    var isForgotten = false
    /// Who asked for something last.
    var requester: String?
    /// A user has started the task and has not been told yet that it runs.
    var startIsNews: Bool
    var monitor: TaskMonitor
    /// Microseconds since 1970 UTC at which this supervisor first saw the task copy rows.
    var copySince: UInt64?

    var worker: (any WorkerHandle)?
    var isConnected = false
    /// Counts the workers, so that a late word of an earlier one is not taken for one of this one.
    var workerNumber: UInt64 = 0
    var nextCommand: UInt64 = 1
    var pending: [UInt64: Pending] = [:]
    var errand: Errand?
    var runIsReady = false
    /// Whether the present worker has told how far it is.
    var runHasTold = false
    /// Whether a worker of this daemon has run the task since a person last asked for that.
    var hasRun = false

    var progress: Progress?
    var progressIsDirty = false
    /// Counts the progress messages, for who needs a fresh one.
    var progressNumber: UInt64 = 0
    /// When it came, microseconds since 1970 UTC; nil: before this supervisor began.
    var progressAt: UInt64?
    var progressRate = ProgressRate()
    /// What was found while no worker ran; until the next one has told its own figures.
    var measurement: Measurement?
    var measuring: Measuring?
    var measureNumber: UInt64 = 0
    /// Whether the task's worker knows the command.
    var measureIsKnown = true
    var runMeter = RunMeter()
    /// Bytes that its workers have read, since billing last asked.
    var bytesRead: UInt64 = 0
    var bytesOfThisWorker: UInt64 = 0
    /// Why it may not be started, while that is not paid for.
    var isolation: Failure?
    var verification: Verification?
    var foundItems: [CheckItem] = []
    var conflicts = ConflictBuffer()
    var undecided: UInt64

    var timers: [TaskStateMachine.Timer: Task<Void, Never>] = [:]
    var startTimer: Task<Void, Never>?
    private var turnstile = Turnstile()
    /// Lets one change of the specification through after the other, with its verification.
    var changes = Turnstile()

    package init(
        record: TaskRecord,
        environment: TaskEnvironment,
        progress: Progress? = nil,
        verification: Verification? = nil,
        undecided: UInt64 = 0,
        openAlarms: Set<NoticeEvent> = [],
        surroundings: @escaping @Sendable ([String: TaskSpec]) async -> Fleet.Surroundings = { _ in Fleet.Surroundings() },
        tellOthers: @escaping @Sendable () async -> Failure? = { nil },
        removed: @escaping @Sendable (_ task: String, _ cleanUp: Failure?) async -> Void
    ) {
        self.tellOthers = tellOthers
        self.id = record.id
        self.record = record
        self.environment = environment
        self.surroundings = surroundings
        self.removed = removed
        self.progress = progress
        self.verification = verification
        self.undecided = undecided
        monitor = TaskMonitor(open: openAlarms)
        startIsNews = record.memory.phase == nil
        var logger = environment.logger
        logger[metadataKey: "task"] = "\(record.name)"
        self.logger = logger
        machine = TaskStateMachine(
            restoring: record.memory,
            retryMinutes: record.spec.retryMinutes,
            seed: UInt64(truncatingIfNeeded: record.id.hashValue)
        )
    }

    package var snapshot: TaskSnapshot {
        TaskSnapshot(
            id: id,
            name: record.name,
            pair: record.pair,
            spec: record.spec,
            state: machine.state,
            desired: machine.desired,
            phase: machine.phase,
            actions: actions,
            source: record.source,
            target: record.target,
            position: progress?.position ?? BinlogPosition(),
            lagMs: figures.lagMs,
            backlogBytes: figures.backlogBytes,
            measuredAt: figures.at,
            transactionBytes: worker == nil ? nil : progress?.transactionBytes,
            rate: worker == nil ? nil : progressRate.rate,
            load: progress?.load ?? LoadProgress(),
            counts: progress?.counts ?? Counts(),
            conflicts: progress?.conflicts ?? ConflictCounts(),
            rssBytes: worker == nil ? 0 : progress?.rssBytes ?? 0,
            progressNumber: progressNumber,
            unresolvedConflicts: unresolvedConflicts,
            workerPID: worker?.pid,
            workerIsReady: runIsReady,
            restarts: machine.restarts,
            failure: machine.failure,
            failedAt: machine.failure == nil ? nil : record.failedAt,
            startAt: machine.startAt,
            storeTrouble: environment.storeHealth.trouble,
            verification: verification,
            skippedItems: record.skippedItems.sorted(),
            createdAt: record.createdAt
        )
    }

    /// How far behind it is, and as of when.
    private var figures: (lagMs: UInt64?, backlogBytes: UInt64, at: UInt64?) {
        guard let measurement else { return (worker == nil || !runHasTold ? nil : progress?.lagMs, progress?.backlogBytes ?? 0, progressAt) }
        let lag = machine.phase == .incremental ? measurement.lagMs(at: environment.now()) : nil
        guard let bytes = measurement.backlogBytes else { return (lag, progress?.backlogBytes ?? 0, lag == nil ? progressAt : measurement.at) }
        return (lag, bytes, measurement.at)
    }

    /// A task of a pair is started, stopped, named and deleted with it.
    var actions: [String] {
        machine.actions.filter { word in
            switch word {
            case "start": record.pair == nil && isolation == nil
            case "stop", "rename", "delete": record.pair == nil
            case "resume", "retry": isolation == nil
            case "skip-check": mayBeSkipped
            default: true
            }
        }
    }

    /// Whether the last verification failed at something that the user may acknowledge.
    private var mayBeSkipped: Bool {
        verification?.items.contains { $0.level == .fail && $0.skippable && !record.skippedItems.contains($0.item) } ?? false
    }

    /// What the worker says while it runs; otherwise the greater of what it last said and what the operator has left
    /// to decide: a decision counts when the next worker has carried it out.
    private var unresolvedConflicts: UInt64 {
        let said = progress?.unresolvedConflicts
        if worker != nil, let said { return said }
        return max(undecided, said ?? 0)
    }

    package var spec: TaskSpec { record.spec }
    package var secrets: Secrets { record.secrets }
    package var role: PairRole? { record.pair }
    package var isGone: Bool { isRemoved }
    package var isQuiet: Bool { machine.process == .none }
    package var isFreshlyVerified: Bool { machine.verifiedFreshly }
    /// Whether the next sign of progress makes its run a healthy one.
    package var awaitsProgress: Bool { machine.awaitsProgress }

    /// Brings up what was wanted when the supervisor ended.
    package func boot() async {
        await takeTurn()
        defer { endTurn() }
        let before = TaskEvents.Moment(machine)
        await perform(machine.boot())
        await noteChange(since: before)
    }

    /// Workers leave; what is wanted stays. The fleet waits for their exits.
    package func shutDown() async {
        await takeTurn()
        defer { endTurn() }
        endMeasuring()
        await perform(machine.handle(.shutdown))
        for timer in timers.values { timer.cancel() }
        timers = [:]
        startTimer?.cancel()
        startTimer = nil
    }

    // MARK: Changes

    /// Lets a request or an event change the machine.
    func handle(_ event: TaskStateMachine.Event) async {
        let before = TaskEvents.Moment(machine)
        await perform(machine.handle(event))
        await noteChange(since: before)
    }

    /// Stores what changed and tells who waits.
    func noteChange(since moment: TaskEvents.Moment) async {
        defer { hub.notify() }
        let before = moment.memory
        let after = machine.memory
        unsavedNotices += notices(from: moment, to: TaskEvents.Moment(machine))
        guard after != before || !unsavedNotices.isEmpty, !isRemoved else { return }
        if after.failure != before.failure { record.failedAt = after.failure == nil ? nil : environment.now() }
        if after.state != before.state {
            logger.info(
                "State changed",
                metadata: ["from": "\(before.state.rawValue)", "to": "\(after.state.rawValue)"]
            )
        }
        record.memory = after
        recordIsDirty = true
        progressIsDirty = progressIsDirty || (progress != nil && after.phase != before.phase)
        await saveWhatIsDirty()
    }

    /// Writes the record if it has changed since it was last written. A store that fails is tried again by the fleet.
    func saveWhatIsDirty() async {
        guard recordIsDirty, !isRemoved else { return }
        let written = record
        let notices = unsavedNotices
        do throws(Failure) {
            try await environment.store.save(written, notices: notices)
            environment.storeHealth.worked()
            unsavedNotices.removeFirst(notices.count)
            if record == written { recordIsDirty = false }
        } catch {
            storeFailed(error)
        }
    }

    func storeFailed(_ failure: Failure) {
        if environment.storeHealth.failed(failure) {
            logger.error(
                "The store failed",
                metadata: ["code": "\(failure.code.rawValue)", "reason": "\(failure.message)"]
            )
        }
    }

    /// Waits for the turn; every caller ends it. Nobody holds it while waiting for a worker.
    func takeTurn() async {
        if turnstile.enter() { return }
        await withCheckedContinuation { turnstile.enqueue($0) }
    }

    /// Takes the turn if nobody has it, for whoever must not wait for it.
    func takeTurnIfFree() -> Bool { turnstile.enter() }

    func endTurn() {
        turnstile.leave()
    }
}
