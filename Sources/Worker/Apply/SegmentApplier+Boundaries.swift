package import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerConflict
import WorkerDDL
import WorkerSchema
import WorkerSource

/// Where transactions begin and end: marks, positions, and what is kept with them.
extension SegmentApplier {
    /// A transaction of the target that begins with the origin mark, which holds the checkpoint.
    ///
    /// - Parameter origins: nil for what is the source's own.
    func marked(
        _ action: String, _ checkpoint: Checkpoint, transactions: UInt64 = 0, origins: String? = nil, _ body: () throws -> Void
    ) throws {
        try context.attempt(.target, action) {
            try session.execute("START TRANSACTION")
            try context.store.mark(
                session, lane: 0, transactions: transactions, origins: origins ?? context.sourceProfile.uuid, checkpoint: checkpoint)
            try body()
            try session.execute("COMMIT")
        }
    }

    /// Writes the checkpoint without rows.
    package func save() throws {
        guard unsaved != .nothing, pending == nil else { return }
        try marked("writing the checkpoint", checkpoint) {
            try writeArrivals([])
            try write(pendingSchema)
        }
        pendingSchema.removeAll()
        pendingArrivals.removeAll()
        unsaved = .nothing
    }

    /// In the transaction that moves the position behind `marks`.
    func writeSchema(_ marks: [ChangeSegment.Mark]) throws {
        try write(pendingSchema)
        for mark in marks where !mark.schema.isEmpty { try write(mark.schema) }
    }

    func write(_ changes: [SchemaChange]) throws {
        for statement in try SchemaTable.statements(task: context.taskID, changes) { try session.execute(statement) }
    }

    func mark(_ transactions: UInt64, _ segment: ChangeSegment, _ next: Checkpoint) throws {
        try context.store.mark(session, lane: 0, transactions: transactions, origins: segment.origins, checkpoint: next)
    }

    /// - Throws: ``Failure`` `server-changed` when the log repeats what it has held already.
    func requireNew(_ segment: ChangeSegment) throws {
        // The first piece of a large transaction tells the same as the last.
        guard segment.extent != .last, let mark = segment.marks.first(where: position.hasPassed) else { return }
        throw SourceLog.wasReset(
            context.source.endpoint.address, "the transaction at \(mark.file):\(mark.offset) has the GTID of one that the task has passed already")
    }

    func advance(_ next: inout Checkpoint, _ reached: inout AppliedPosition, _ mark: ChangeSegment.Mark) {
        reached.pass(mark)
        next.counts.loopedTransactionsSkipped += mark.looped
        let passedOver = mark.schema.count { if case .notCarried = $0 { true } else { false } }
        if passedOver > 0 { next.counts.ddlNotCarried = (next.counts.ddlNotCarried ?? 0) + UInt64(passedOver) }
        if let step = mark.distributed { next.prepared.take(step) }
        if let known = mark.known { next.known = known }
        if let window = next.window, BinlogPosition(file: mark.file, offset: mark.offset).isAtOrBehind(window), !isInWindow(mark, window) {
            next.window = nil
        }
    }

    func commit(_ next: Checkpoint, _ reached: AppliedPosition, _ marks: [ChangeSegment.Mark]) {
        applied?.advance(to: LogPlace(next.position), keys: pendingKeys)
        pendingKeys.removeAll()
        checkpoint = next
        position = reached
        pendingSchema.removeAll()
        unsaved = .nothing
        noteTime(marks)
    }

    /// Before a row is touched: a loader that finds it absent must know that it is only just being deleted.
    func announceKeys() {
        guard let applied else { return }
        for table in tables.values where !table.entries.isEmpty {
            let keys = table.windowKeys
            applied.announce(keys)
            pendingKeys += keys
        }
    }

    /// The load is done: a row that is missing from now on is missing. Written at once.
    /// - Parameter statements: executed in the same transaction.
    package func endLoad(conflicts: ConflictCounts, _ statements: [String] = []) throws {
        checkpoint.stage = .incremental
        checkpoint.isJoining = false
        load = nil
        checkpoint.conflicts.add(conflicts)
        try marked("writing the checkpoint", checkpoint) {
            try writeArrivals([])
            try write(pendingSchema)
            for statement in statements { try session.execute(statement) }
        }
        pendingSchema.removeAll()
        pendingArrivals.removeAll()
        unsaved = .nothing
    }

    func pass(_ marks: [ChangeSegment.Mark]) {
        for mark in marks { advance(&checkpoint, &position, mark) }
        checkpoint.position = position.position
        applied?.advance(to: LogPlace(checkpoint.position), keys: [])
        for mark in marks where !mark.schema.isEmpty { pendingSchema += mark.schema }
        note(arrivals: marks)
        let isForeign = marks.contains { $0.isForeign || $0.looped > 0 }
        unsaved = max(unsaved, isForeign ? .transactions : .bookkeeping)
        noteTime(marks)
    }

    private func noteTime(_ marks: [ChangeSegment.Mark]) {
        if let time = marks.last(where: { $0.committedAt > 0 })?.committedAt { committedAt = time }
    }

    func report(_ conflict: ReportedConflict) throws -> Failure {
        try context.attempt(.target, "recording a conflict") {
            try session.execute("START TRANSACTION")
            var next = checkpoint
            if try conflicts.write(conflict) { next.conflicts.add(conflict.record.kind) }
            try context.store.mark(session, lane: 0, transactions: 0, origins: context.sourceProfile.uuid, checkpoint: next)
            try write(pendingSchema)
            try session.execute("COMMIT")
            pendingSchema.removeAll()
            checkpoint = next
        }
        let record = conflict.record
        return Failure(
            .conflictReported, "\(record.kind.rawValue) in \(record.database).\(record.table): the target's row is not what the source changed",
            remedy: "see 'conflict list', decide with 'conflict resolve ID --take source|target', then resume the task")
    }

    package func rollBack() throws {
        pending = nil
        pendingKeys.removeAll()
        conflicts.reset()
        _ = try context.attempt(.target, "rolling back") { try session.execute("ROLLBACK") }
    }

    func isInWindow(_ mark: ChangeSegment.Mark, _ window: BinlogPosition) -> Bool {
        window.isAtOrBehind(BinlogPosition(file: mark.file, offset: mark.offset))
    }
}
