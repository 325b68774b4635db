import Glibc
import Logging
import SyncModel
import SyncMySQL
import SyncWire
import Synchronization
import WorkerApply
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema
import WorkerSource

/// One run of a task, from its checkpoint until it is stopped or fails.
final class Run: Sendable {
    let control: RunControl
    /// With the hosts that were chosen, once they are.
    private let chosen: Mutex<TaskConnections?> = Mutex(nil)
    private let configured: TaskConnections
    private let outbox: Outbox
    private let logger: Logger
    let monitor: TaskMonitor
    let courier: ConflictCourier
    private let statements: StatementCourier
    private let ending = Ending()

    init(_ configuration: Configuration, outbox: Outbox, logger: Logger) {
        configured = TaskConnections(configuration)
        control = RunControl(limits: configuration.spec.limits)
        monitor = TaskMonitor(bytesRead: control.bytesRead)
        courier = ConflictCourier(task: configuration.taskID, outbox: outbox, logger: logger)
        statements = StatementCourier(task: configuration.taskID, outbox: outbox)
        self.outbox = outbox
        self.logger = logger
    }

    func start() {
        WorkerThread.start("dts-run") { [self] in
            var failure: Failure?
            do {
                try work()
            } catch is Stopped {
                // Asked for.
            } catch {
                // An error after a request to stop is only the cut connection.
                if !control.isStopping { failure = Failure(describing: error) }
            }
            failure = failure ?? control.failure
            control.interruptAll()
            monitor.end()
            if let failure {
                logger.error("the task cannot go on", metadata: ["code": "\(failure.code.rawValue)"])
                // Where a server is away, a worker that comes after this one tells them.
                if failure.kind != .transient { courier.sendNow(chosen.withLock { $0 } ?? configured) }
                outbox.send(.progress(monitor.progress(paused: false)))
                outbox.send(.error(failure))
                outbox.send(.done(reason: .failed))
            } else {
                outbox.send(.progress(monitor.progress(paused: true)))
            }
            ending.reach()
        }
    }

    /// Comes to a commit boundary and returns when nothing is in flight any more.
    func stop() async {
        control.stop()
        await ending.wait()
    }

    func statementsStored(through sequence: UInt64) { statements.stored(through: sequence) }

    func conflictsStored(through sequence: UInt64) { courier.stored(through: sequence) }

    /// What a source that has been caught up with looks like from the target.
    struct CaughtUp: Sendable {
        var position: BinlogPosition
        var counts: Counts
        /// Conflicts of this task that wait for the operator.
        var unresolvedConflicts: UInt64
    }

    /// Reads where the source is now and calls back when the target has all up to there.
    func catchUp(_ done: @escaping @Sendable (Result<CaughtUp, Failure>) -> Void) {
        attempt(done) { [self] in
            let connections = try chosenConnections()
            let session = try connections.open(.source)
            if configured.source.endpoint.isGroup, try connections.naming(.source, "reading its settings", { try ServerChoice.isReadOnly(session) }) {
                throw Failure(
                    .serverNotReady, "the source \(connections.source.endpoint.address) is read-only, and no other of its hosts has taken over yet",
                    remedy: "promote one of the hosts", kind: .transient)
            }
            let position = try connections.naming(.source, "reading its position") {
                try SourceFence.positionBehind(session, try ServerProfile(session))
            }
            monitor.whenReached(position) { [self] reached in
                attempt(done) { [self] in
                    let counts = try reached.get()
                    let session = try connections.open(.target)
                    let unresolved = try connections.naming(.target, "counting conflicts") {
                        try ConflictTable.undecidedCount(task: connections.configuration.taskID, session)
                    }
                    // Whoever looks at the task after the answer sees it as it was then.
                    courier.sendWaiting(connections)
                    outbox.send(.progress(monitor.progress(paused: false)))
                    done(.success(CaughtUp(position: position, counts: counts, unresolvedConflicts: unresolved)))
                }
            }
        }
    }

    /// Runs `body` on a thread of its own and tells `done` of its failure.
    private func attempt(
        _ done: @escaping @Sendable (Result<CaughtUp, Failure>) -> Void, _ body: @escaping @Sendable () throws -> Void
    ) {
        WorkerThread.start("dts-catch-up") {
            do { try body() } catch { done(.failure(Failure(describing: error))) }
        }
    }

    private func work() throws {
        var (prepared, context) = try begin()
        let (connections, source, target) = (prepared.connections, prepared.source, prepared.target)
        chosen.withLock { $0 = connections }
        outbox.send(
            .ready(
                source: prepared.sourceProfile.facts(connections.source.endpoint),
                target: prepared.targetProfile.facts(connections.target.endpoint)))
        monitor.advance(
            to: prepared.checkpoint.position, counts: prepared.checkpoint.counts, conflicts: prepared.checkpoint.conflicts, committedAt: 0,
            isRead: false)
        let pulse = Pulse(context: context, connections: connections, monitor: monitor, outbox: outbox, courier: courier, statements: statements,
            mayMove: configured.source.endpoint.isGroup)
        pulse.start()
        HostWatch(context: context, configured: configured).start()
        context.logger.info("running", metadata: ["stage": "\(prepared.checkpoint.stage.rawValue)"])
        var coverage = try goOver(context, &prepared)
        // Whoever reads the marks of this task must not take its position for all that there is.
        prepared.checkpoint.isJoining = !coverage.joining.isEmpty
        try make(&coverage, context, prepared)
        try initialize(context, &prepared.checkpoint, prepared)
        let reverseCarriesDDL = connections.configuration.pair?.reverseCarriesDDL ?? false
        let ahead = prepared.checkpoint.known.flatMap { reverseCarriesDDL ? StatementsAhead(context, from: $0) : nil }
        ahead?.follow()
        var stream = Stream(context: context, checkpoint: prepared.checkpoint, monitor: monitor, courier: courier)
        stream.ahead = ahead
        stream.onLag = { [self] in outbox.send(.progress(monitor.progress(paused: false))) }
        if prepared.checkpoint.stage == .data, let pair = connections.configuration.pair {
            enter(.data)
            let merge = MergeLoad(context, reverseTask: pair.reverseTask)
            try merge.start(source, from: prepared.checkpoint.known) { [monitor] in monitor.update(load: $0) }
            stream.merge = merge
            stream.onLoaded = { [self] in enter(.incremental) }
        } else if !coverage.joining.isEmpty {
            try join(coverage, context, prepared, &stream)
        } else {
            enter(.incremental)
        }
        try stream.run(target)
    }

    /// The servers of this run: whoever looks at the source has to look at the one that is read.
    private func chosenConnections() throws -> TaskConnections {
        while true {
            if let found = chosen.withLock({ $0 }) { return found }
            if monitor.isOver { throw TaskMonitor.ended }
            usleep(20_000)
        }
    }

    private func begin() throws -> (TaskConnections.Prepared, TaskContext) {
        var prepared = try configured.connect()
        let (connections, target) = (prepared.connections, prepared.target)
        let configuration = connections.configuration
        let store = try connections.naming(.target, "taking the task over") {
            try CheckpointStore(taking: configuration.taskID, for: configuration.daemon, target)
        }
        try connections.naming(.target, "taking the task over") {
            try store.open(lane: 0, target)
            // A commit of the worker before may have come in between; from here on none can.
            if let checkpoint = try CheckpointStore.read(task: configuration.taskID, target) { prepared.checkpoint = checkpoint }
            try connections.keepKnowing(&prepared)
        }
        try connections.naming(.source, "noting the run") {
            try TaskRecord(targetUUID: prepared.targetProfile.uuid, epoch: store.epoch).write(task: configuration.taskID, prepared.source)
        }
        let context = TaskContext(
            taskID: configuration.taskID, spec: configuration.spec, source: connections.source, target: connections.target,
            sourceProfile: prepared.sourceProfile, targetProfile: prepared.targetProfile, store: store, control: control,
            logger: logger, reverseTask: configuration.pair?.reverseTask)
        try SourceSwitch(context).follow(&prepared.checkpoint, target)
        try LogWitness(context).check(prepared.checkpoint, prepared.source, target)
        return (prepared, context)
    }

    /// Structure and rows, as far as they are wanted and not done yet.
    private func initialize(_ context: TaskContext, _ checkpoint: inout Checkpoint, _ prepared: TaskConnections.Prepared) throws {
        let (source, target, pair) = (prepared.source, prepared.target, configured.configuration.pair)
        let wanted = context.spec.initialization
        if checkpoint.stage == .new {
            checkpoint.stage = wanted.contains(.structure) ? .structure : wanted.contains(.data) ? .data : .incremental
            // Who asks the target whether rows are still to be copied need not wait for the first that the stream brings.
            if checkpoint.stage == .incremental { try save(context, checkpoint, target) }
        }
        if checkpoint.stage == .structure {
            enter(.structure)
            try StructureInitializer(context).run()
            checkpoint.stage = wanted.contains(.data) ? .data : .incremental
            try save(context, checkpoint, target)
        }
        if checkpoint.stage == .data, let pair {
            // Beside the stream: see `MergeLoad`. Saved, so that nothing is taken for a conflict meanwhile.
            try save(context, checkpoint, target)
            guard !pair.mergesData else { return }
            enter(.data)
            // Only this side has rows, so those that cannot be merged can be copied as they are.
            _ = try DataLoader(context, tables: .unmergeable).run { [monitor] in monitor.update(load: $0) }
        } else if checkpoint.stage == .data {
            enter(.data)
            let changes = SourceChanges(context, from: checkpoint.position)
            defer { changes.stop() }
            let loaded = try DataLoader(context, log: changes).run { [monitor] in monitor.update(load: $0) }
            checkpoint.conflicts.add(loaded)
            courier.call()
            // Up to here the log repeats what the load has copied.
            checkpoint.window = try context.attempt(.source, "reading its position") {
                try SourceFence.positionBehind(source, context.sourceProfile)
            }
            checkpoint.stage = .incremental
            try save(context, checkpoint, target)
        }
    }

    func save(_ context: TaskContext, _ checkpoint: Checkpoint, _ target: Session, with further: () throws -> Void = {}) throws {
        try context.attempt(.target, "writing the checkpoint") {
            try target.execute("START TRANSACTION")
            try context.store.mark(target, lane: 0, transactions: 0, origins: context.sourceProfile.uuid, checkpoint: checkpoint)
            try further()
            try target.execute("COMMIT")
        }
    }

    func enter(_ phase: TaskPhase) {
        monitor.enter(phase)
        outbox.send(.phase(phase))
    }
}

extension SourceChanges: LoggedChanges {}

/// Reached once; any number may wait for it.
private final class Ending: Sendable {
    private let state = Mutex<(isReached: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    func reach() {
        let waiters = state.withLock { state in
            state.isReached = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock { state in
                if !state.isReached { state.waiters.append(continuation) }
                return state.isReached
            }
            if isReached { continuation.resume() }
        }
    }
}
