import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerConflict
import WorkerSchema

/// Copies one chunk into a table that may hold some of its rows already.
///
/// Rows of the same key are locked and compared by all columns: equal ones are left, missing ones inserted, and different
/// ones treated by the task's conflict policy. So is a row whose value of another unique key is taken.
final class CarefulCopy {
    /// Rows that are looked up with one query, and their size at most.
    private static let batchRows = 300
    private static let batchBytes = 1 << 20
    /// Reported at once; more than a person will read.
    private static let mostReported = 100

    struct Result {
        var rows: UInt64 = 0
        var bytes = 0
        /// Rows that were there already.
        var existing = 0
    }

    private let context: TaskContext
    private let table: TableLoad
    private let chunk: LoadState.Chunk
    private let note: (UInt64) -> [String]
    private let shouldSkip: DataLoader.ShouldSkip?
    private let log: (any LoggedChanges)?
    private let merge: MergeGuard?
    private let moment: MergeGuard.Moment?
    /// Rows that were written, by their key; kept only for `merge`.
    private var written: [RowKey] = []
    private let conflicts: LoadConflicts
    private let lane: Int
    private var writer: RowWriter
    private var batch: [HeldRow] = []
    private var batchSize = 0
    /// Rows of the batch that others keep out, of which the log has to be asked: all at once.
    private var blocked: [(row: HeldRow, writing: Writing)] = []
    private var toAsk: Set<RowKey> = []
    /// What the log has said of rows that keep out others.
    private var isInLog: [RowKey: Bool] = [:]
    /// Rows of the target that had to make room.
    private var removed: Set<RowKey> = []
    private var drafts: [LoadConflicts.Draft] = []
    private var reported: [LoadConflicts.Draft] = []
    /// Conflicts that were reported in an earlier run and still wait for a decision.
    private var undecided = 0
    private var result = Result()

    init(
        _ context: TaskContext,
        table: TableLoad,
        chunk: LoadState.Chunk,
        note: @escaping (UInt64) -> [String],
        shouldSkip: DataLoader.ShouldSkip?,
        log: (any LoggedChanges)? = nil,
        merge: MergeGuard? = nil,
        moment: MergeGuard.Moment? = nil,
        conflicts: LoadConflicts,
        lane: Int
    ) {
        self.context = context
        self.table = table
        self.chunk = chunk
        self.note = note
        self.shouldSkip = shouldSkip
        self.log = log
        self.merge = merge
        self.moment = moment
        self.conflicts = conflicts
        self.lane = lane
        writer = RowWriter(table.plan, context: context)
    }

    private var plan: CopyPlan { table.plan }

    /// - Throws: ``ChunkTrouble`` when it should be tried again; `conflict-reported` after the records are committed.
    func run(_ source: Session, _ target: Session) throws -> Result {
        let action = "copying rows of table \(plan.source)"
        do {
            try context.inTransaction(target, lane: lane, action) {
                try context.read(source, table.query(chunk), "reading table \(plan.source)") { row in
                    let row = HeldRow(row)
                    batchSize += row.size
                    batch.append(row)
                    if batch.count >= Self.batchRows || batchSize >= Self.batchBytes { try settleBatch(target) }
                }
                try settleBatch(target)
                if let merge, let moment, try !merge.areCurrent(written, moment, target) {
                    throw ChunkTrouble.changedMeanwhile
                }
                if !reported.isEmpty || undecided > 0 { throw Reported() }
                try context.write("writing the load state") {
                    for statement in note(result.rows) { try target.execute(statement) }
                }
            } finish: { commit in
                try conflicts.commit(drafts, lane: lane, target, commit)
            }
            return result
        } catch is Reported {
            if !reported.isEmpty {
                try context.inTransaction(target, lane: lane, action) {
                } finish: { commit in
                    try conflicts.commit(reported, lane: lane, target, commit)
                }
            }
            throw Failure(
                .conflictReported,
                "\(reported.count + undecided) rows of table \(plan.source) are on the target already, with other values or with a unique value that is taken",
                remedy:
                    "decide with 'conflict list' and 'conflict resolve ID --take source|target', then retry the task"
            )
        }
    }

    private struct Reported: Error {}

    private func settleBatch(_ target: Session) throws {
        defer {
            batch.removeAll(keepingCapacity: true)
            batchSize = 0
            blocked = []
            toAsk = []
            isInLog = [:]
            removed = []
        }
        guard !batch.isEmpty else { return }
        try context.control.checkStop()
        let lookup = RowLookup(context, plan: plan, key: plan.keyOnTarget ?? table.key)
        let found = try lookup.lockRows(like: batch, target)
        var missing: [HeldRow] = []
        for (row, current) in zip(batch, found) {
            if let shouldSkip, try plan.withKey(row, { try shouldSkip(plan.target, $0) }) { continue }
            if let merge, let moment {
                let key = key(of: row)
                if merge.shouldSkip(key, moment) { continue }
                written.append(key)
            }
            result.rows += 1
            result.bytes += row.size
            guard let current else {
                missing.append(row)
                continue
            }
            result.existing += 1
            if row.isEqual(to: current, first: plan.columns.count) { continue }
            if try decide(row, current, .insertExists, target) { try place(row, .update, lookup, target, mayWait: true) }
        }
        try insert(missing, lookup, target)
        guard !blocked.isEmpty else { return }
        try askLog(toAsk)
        for (row, writing) in blocked { try place(row, writing, lookup, target, mayWait: false) }
    }

    private func key(of row: HeldRow) -> RowKey {
        var hasher = KeyHasher()
        plan.withKey(row) { key in for value in key { hasher.append(value) } }
        return hasher.key(in: plan.target.quoted)
    }

    /// - Returns: whether the source's row is to be written.
    private func decide(_ row: HeldRow, _ current: HeldRow, _ kind: ConflictClass, _ target: Session) throws -> Bool {
        let key = KeyOrder.Place(plan.keyPlaces.map { row.value($0) ?? [] })
        let identity = try conflicts.identity(plan, key, target)
        var decision: ConflictDecision
        switch context.spec.conflict {
        case .ignore: decision = .keptTarget
        case .overwrite: decision = .tookSource
        case .report:
            if let known = try conflicts.decision(identity, target) {
                if known == .reported { undecided += 1 }
                return known == .tookSource
            }
            decision = .reported
        case .newest, .newestCommitTime:
            throw Failure(
                .unsupported,
                "the conflict policy '\(context.spec.conflict.word)' cannot decide about rows that the load finds on the target",
                remedy: "empty the target's tables, or choose ignore or overwrite"
            )
        }
        let draft = LoadConflicts.Draft(
            identity: identity,
            record: ConflictRecord(
                sequence: 0,
                kind: kind,
                database: plan.target.database,
                table: plan.target.table,
                key: plan.readableKey(row),
                before: nil,
                after: plan.readable(row),
                current: plan.readable(current),
                position: BinlogPosition(),
                decision: decision,
                at: LoadConflicts.now()
            )
        )
        if decision == .reported {
            if reported.count < Self.mostReported { reported.append(draft) }
        } else {
            drafts.append(draft)
        }
        return decision == .tookSource
    }

    private func insert(_ rows: [HeldRow], _ lookup: RowLookup, _ target: Session) throws {
        guard !rows.isEmpty else { return }
        try context.write("writing rows of table \(plan.target)") { try target.execute("SAVEPOINT dts_batch") }
        do {
            writer.reset()
            for row in rows { try writer.add(row, to: target) }
            try writer.finish(to: target)
        } catch ChunkTrouble.duplicateKey {
            try context.write("writing rows of table \(plan.target)") {
                try target.execute("ROLLBACK TO SAVEPOINT dts_batch")
            }
            for row in rows { try place(row, .insert, lookup, target, mayWait: true) }
        }
    }

    /// How a row gets to the target.
    private enum Writing { case insert, update }

    private func write(_ row: HeldRow, _ writing: Writing, _ lookup: RowLookup, _ target: Session) throws {
        writer.reset()
        if writing == .update, !removed.contains(key(of: row)) { return try writer.replace(row, where: lookup.isAt(row), in: target) }
        try writer.add(row, to: target)
        try writer.finish(to: target)
    }

    /// Writes one row; when another row holds one of its unique values, the policy decides which of them stays.
    ///
    /// - Parameter mayWait: whether the row may be left to the end of the batch where the log has to be asked.
    private func place(_ row: HeldRow, _ writing: Writing, _ lookup: RowLookup, _ target: Session, mayWait: Bool) throws {
        do {
            try write(row, writing, lookup, target)
        } catch ChunkTrouble.duplicateKey {
            let holders = try lookup.lockHolders(ofUniqueValuesIn: row, target)
            // The row came meanwhile: look again at the whole chunk.
            guard !holders.isEmpty else { throw ChunkTrouble.duplicateKey }
            let unknown = Set(holders.map(key)).filter { log != nil && isInLog[$0] == nil }
            if !unknown.isEmpty {
                guard !mayWait else {
                    toAsk.formUnion(unknown)
                    return blocked.append((row, writing))
                }
                try askLog(unknown)
            }
            var takesSource = true
            for holder in holders {
                // As the source's row was when it was copied; what became of it, and of its value, follows in the log.
                if isInLog[key(of: holder)] == true { continue }
                if try !decide(row, holder, .uniqueViolation, target) { takesSource = false }
            }
            guard takesSource else { return }
            for holder in holders {
                try lookup.delete(holder, target)
                removed.insert(key(of: holder))
            }
            try write(row, writing, lookup, target)
        }
    }

    private func askLog(_ keys: Set<RowKey>) throws {
        guard let log else { return }
        let changed = try log.changed(among: keys, of: plan.target)
        for key in keys { isInLog[key] = changed.contains(key) }
    }
}
