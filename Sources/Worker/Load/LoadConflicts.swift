import Glibc
import SyncModel
import SyncMySQL
import SyncWire
import Synchronization
import WorkerCheckpoint
import WorkerSchema

/// Writes down the conflicts of a load.
///
/// Numbers are given in the order of commits although several threads write: whoever collects the records by number
/// never passes one by that is still to be committed.
final class LoadConflicts: Sendable {
    private let context: TaskContext
    private let order = Mutex(())

    init(_ context: TaskContext) { self.context = context }

    /// A conflict before it has its number.
    struct Draft: Sendable {
        var identity: String
        var record: ConflictRecord
    }

    /// Adds records to the open transaction and commits it.
    func commit(_ drafts: [Draft], lane: Int, _ target: Session, _ commit: () throws -> Void) throws {
        guard !drafts.isEmpty else { return try commit() }
        try order.withLock { _ in
            try context.write("recording conflicts") {
                var sequence = try ConflictTable.nextSequence(task: context.taskID, target)
                var counts = ConflictCounts()
                for var draft in drafts {
                    draft.record.sequence = sequence
                    try target.execute(
                        ConflictTable.insertStatement(
                            task: context.taskID,
                            sequence: sequence,
                            identity: draft.identity,
                            decision: draft.record.decision,
                            record: String(decoding: try LineCodec.encode(draft.record), as: UTF8.self)
                        )
                    )
                    counts.add(draft.record.kind)
                    sequence += 1
                }
                try ConflictTable.boundNowAndThen(task: context.taskID, through: sequence - 1, adding: UInt64(drafts.count), target)
                try target.execute(
                    """
                    UPDATE `\(metadataDatabase)`.progress SET insert_exists = insert_exists + \(counts.insertExists),
                        unique_violation = unique_violation + \(counts.uniqueViolation)
                    WHERE task = \(quoteText(context.taskID)) AND lane = \(lane)
                    """
                )
            }
            try commit()
        }
    }

    /// What was decided about a conflict with this key in an earlier run; nil: it was not met before.
    func decision(_ identity: String, _ target: Session) throws -> ConflictDecision? {
        try context.write("reading decisions") {
            try ConflictTable.decision(task: context.taskID, identity: identity, target)
        }
    }

    /// Recognises the conflict of a row's key over several runs; at most 1024 bytes.
    func identity(_ plan: CopyPlan, _ key: KeyOrder.Place, _ target: Session) throws -> String {
        let name = "load \(plan.target): \(key.encoded)"
        if name.utf8.count <= 1000 { return name }
        return try context.write("reading decisions") {
            try target.value("SELECT CONCAT('load ', SHA2(\(quoteText(name)), 512))")
        } ?? name
    }

    /// Conflicts of all lanes of loaders, over all runs of the task.
    static func counts(task: String, _ target: Session) throws(MySQLError) -> ConflictCounts {
        let row = try target.rows(
            """
            SELECT SUM(insert_exists), SUM(unique_violation) FROM `\(metadataDatabase)`.progress
            WHERE task = \(quoteText(task)) AND lane > 0
            """
        ).first
        var counts = ConflictCounts()
        counts.insertExists = row?[0].flatMap { UInt64($0) } ?? 0
        counts.uniqueViolation = row?[1].flatMap { UInt64($0) } ?? 0
        return counts
    }

    /// Microseconds since 1970 UTC.
    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
    }
}

extension CopyPlan {
    /// Longest text of one value in a conflict record.
    private static let readableLength = 4096

    /// A row for a conflict record.
    func readable(_ row: HeldRow) -> [NamedValue] {
        columns.enumerated().map { index, column in
            NamedValue(
                column: column.target,
                value: row.withValue(index) { $0.map { column.readable($0.prefix(Self.readableLength)) } }
            )
        }
    }

    func readableKey(_ row: HeldRow) -> [NamedValue] {
        guard let key else { return [] }
        return zip(key.columns, keyPlaces).map { column, place in
            let written = place < columns.count ? columns[place] : nil
            return NamedValue(
                column: written?.target ?? column.name,
                value: row.withValue(place) { value in
                    value.map { (written ?? column).readable($0.prefix(Self.readableLength)) }
                }
            )
        }
    }
}
