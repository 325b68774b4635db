import Logging
import SyncModel
import SyncMySQL
import WorkerApply
import WorkerCheckpoint
import WorkerConflict
import WorkerDDL
import WorkerLoad
import WorkerSchema
import WorkerSource

/// The incremental phase: the reader on its own thread, the applier on this one, the queue between them.
struct Stream {
    /// How long a moved position may stay unwritten when no rows carry it: after transactions that bring nothing, and
    /// after bookkeeping only. Two idle sides thus write a marker each a minute, and none because of the other's.
    private static let saveAfterTransactions: Duration = .seconds(5)
    private static let saveAfterBookkeeping: Duration = .seconds(60)
    /// How often a target that nothing is written to is asked whether it is still there.
    private static let askAfter: Duration = .seconds(2)
    private static let endAfter: Duration = .milliseconds(500)

    let context: TaskContext
    let checkpoint: Checkpoint
    let monitor: TaskMonitor
    let courier: ConflictCourier
    /// The load that runs beside the stream, in a pair whose sides both have data; nil once it has ended.
    var merge: MergeLoad?
    /// What the target may be ahead of the source by, in a pair whose other half carries definition statements.
    var ahead: StatementsAhead?
    /// Called when that load is done.
    var onLoaded: () -> Void = {}
    /// Called when it has become known how far the target is behind.
    var onLag: () -> Void = {}
    /// Statements that note on the target that it is.
    var whenLoaded: [String] = []
    /// Where the stream ends by itself, by file and offset; nil: it does not.
    var end: BinlogPosition?
    /// Asked twice a second between two transactions: the stream ends there once it is so; nil: it does not.
    var endsWhen: (() throws -> Bool)?

    /// Runs until the task is asked to stop or cannot go on, or the stream has come to its end.
    /// - Returns: how far it came.
    @discardableResult
    mutating func run(_ target: Session) throws -> Checkpoint {
        // The window begins where the stream does, also before the first transaction comes.
        merge?.beside.applied.advance(to: LogPlace(checkpoint.position), keys: [])
        var checkpoint = checkpoint
        while try !follow(target, &checkpoint) {
            context.logger.info("the target's definitions have changed; reading again what is not committed yet")
        }
        return checkpoint
    }

    /// - Returns: whether it is over; otherwise it goes on from `checkpoint`.
    private mutating func follow(_ target: Session, _ checkpoint: inout Checkpoint) throws -> Bool {
        let starts = try context.attempt(.target, "reading where tables start") {
            try DataLoader.tableStarts(task: context.taskID, target)
        }
        let queue = ChangeQueue()
        defer { queue.abandon() }
        let kept = try context.attempt(.target, "reading the schema history") { try SchemaTable.read(task: context.taskID, target) }
        let decisions = try context.attempt(.target, "reading decisions about statements") {
            try StatementDecisions.read(task: context.taskID, target)
        }
        BinlogReader(
            context, queue: queue, from: checkpoint.position, history: { [context] in SchemaHistory(kept: kept, context) },
            tableStarts: starts, prepared: checkpoint.prepared, target: knowledge(checkpoint),
            decisions: decisions, end: end, bytesRead: context.control.bytesRead
        ).start()
        let applier = try SegmentApplier(context, target, checkpoint, load: merge?.beside, ahead: ahead)
        do {
            try apply(queue, applier, target)
            checkpoint = applier.checkpoint
            return true
        } catch is TargetRedefined {
            try applier.rollBack()
            try applier.save()
            checkpoint = applier.checkpoint
            return false
        }
    }

    private func knowledge(_ checkpoint: Checkpoint) -> TargetKnowledge? {
        checkpoint.known.map { TargetKnowledge(ahead: ahead, sourceIsAt: $0) }
    }

    private mutating func apply(_ queue: ChangeQueue, _ applier: SegmentApplier, _ target: Session) throws {
        let busy = Busy(monitor)
        defer { busy.end() }
        var saved = ContinuousClock.now
        var heard = ContinuousClock.now
        var wasBusy = true
        var asked = ContinuousClock.now
        // A transaction in pieces is given up when the task stops; the target rolls it back.
        var isOver = false
        while !isOver, !context.control.isStopping {
            switch queue.pop(milliseconds: 500) {
            case .segment(let segment):
                if let first = segment.marks.first, monitor.begin(committedAt: first.committedAt) { onLag() }
                if try busy.during({ try applier.apply(segment) }) { courier.call() }
                if applier.unsaved == .nothing { saved = .now }
                if let known = applier.checkpoint.known { ahead?.forget(behind: known) }
                report(applier, segment)
                wasBusy = wasBusy || !segment.slices.isEmpty
                // Bookkeeping of the source comes every second, and is seldom written.
                if !segment.slices.isEmpty { heard = .now }
            case .nothing:
                monitor.touch()
                if wasBusy { WorkerThread.releaseFreeMemory() }
                wasBusy = false
            case .ended(let error):
                // Once the task is asked to stop, an error is only the cut connection; how far it came is still to be kept.
                if !context.control.isStopping {
                    if let error { throw error }
                    guard end != nil else { throw Stopped() }
                }
                isOver = true
            }
            // Whoever has nothing to write would not notice that the target is gone.
            if !isOver, .now - heard >= Self.askAfter {
                try context.attempt(.target, "asking whether it is there") {
                    try busy.promptly(target.interruption) { _ = try target.execute("DO 1") }
                }
                heard = .now
            }
            if !applier.isInTransaction, let outcome = try merge?.takeOutcome() {
                try applier.endLoad(conflicts: outcome.conflicts, whenLoaded)
                // An applier that comes after this one must not wait for it.
                merge = nil
                courier.call()
                onLoaded()
            }
            if let endsWhen, !applier.isInTransaction, .now - asked >= Self.endAfter {
                asked = .now
                isOver = try isOver || endsWhen()
            }
            if !applier.isInTransaction, isDue(applier.unsaved, since: saved) {
                try applier.save()
                saved = .now
            }
        }
        if !applier.isInTransaction { try applier.save() }
    }

    private func isDue(_ unsaved: SegmentApplier.Unsaved, since saved: ContinuousClock.Instant) -> Bool {
        switch unsaved {
        case .nothing: false
        case .transactions: .now - saved >= Self.saveAfterTransactions
        case .bookkeeping: .now - saved >= Self.saveAfterBookkeeping
        }
    }

    private func report(_ applier: SegmentApplier, _ segment: ChangeSegment) {
        guard !applier.isInTransaction else {
            monitor.pass(openBytes: segment.bytes.count)
            return
        }
        let checkpoint = applier.checkpoint
        monitor.advance(
            to: checkpoint.position, counts: checkpoint.counts, conflicts: checkpoint.conflicts, committedAt: applier.committedAt)
    }
}
