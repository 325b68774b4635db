import Logging
import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSource

/// One transaction of the source that is too large to be held: it comes in pieces and stays one transaction of the target.
extension SegmentApplier {
    func begin(_ segment: ChangeSegment) throws {
        var next = checkpoint
        next.counts.transactions += 1
        try context.attempt(.target, "applying a large transaction") {
            try session.execute("START TRANSACTION")
            // The position comes with the last piece: until then this transaction has not been passed.
            try mark(1, segment, checkpoint)
            leavesOut = try !passesOn(segment)
            if leavesOut { try rollBack() } else { try piece(segment, &next) }
        }
        if !leavesOut { pending = next }
    }

    func continueWith(_ segment: ChangeSegment) throws {
        if leavesOut { return }
        guard var next = pending else { throw Self.outOfOrder() }
        try context.attempt(.target, "applying a large transaction") { try piece(segment, &next) }
        pending = next
    }

    func finish(_ segment: ChangeSegment) throws -> Bool {
        if leavesOut {
            leavesOut = false
            pass(segment.marks)
            return false
        }
        guard var next = pending, let last = segment.marks.last else { throw Self.outOfOrder() }
        var reached = position
        let hadConflicts = next.conflicts != checkpoint.conflicts
        try context.attempt(.target, "applying a large transaction") {
            if !segment.slices.isEmpty { try piece(segment, &next) }
            advance(&next, &reached, last)
            next.position = reached.position
            try mark(1, segment, next)
            try writeArrivals(segment.marks)
            try writeSchema(segment.marks)
            try session.execute("COMMIT")
        }
        pendingArrivals.removeAll()
        let hasConflicts = hadConflicts || next.conflicts != checkpoint.conflicts
        pending = nil
        commit(next, reached, segment.marks)
        return hasConflicts
    }

    func piece(_ segment: ChangeSegment, _ next: inout Checkpoint) throws {
        do {
            next.counts.add(try fold(segment))
            try patiently {
                try underSameDefinitions(segment) { try write(segment) }
                try requireSameDefinitions(segment)
            }
            _ = try writeConflicts(&next)
        } catch let conflict as ReportedConflict {
            try rollBack()
            throw try report(conflict)
        }
    }

    /// Seconds for which a row lock is waited for, at first and at most.
    private static let lockWaits = (first: 5, longest: 20)

    /// What was written of the transaction cannot be let go, so a lock that an application holds is waited for where the
    /// transaction stands: only the piece is tried again, with longer waits, for `retry_minutes`.
    private func patiently(_ body: () throws -> Void) throws {
        let deadline = ContinuousClock.now + .seconds(60 * context.spec.retryMinutes)
        var wait = Self.lockWaits.first
        try session.execute("SAVEPOINT dts_piece")
        while true {
            do {
                try body()
                break
            } catch let timeout as MySQLError where timeout.code == .lockWaitTimeout && .now < deadline {
                try context.control.checkStop()
                // With innodb_rollback_on_timeout nothing is left of the transaction.
                do { try session.execute("ROLLBACK TO SAVEPOINT dts_piece") } catch { throw error.isPassing ? error : timeout }
                wait = min(wait * 2, Self.lockWaits.longest)
                context.logger.notice("rows of a large transaction are locked by others; waiting for them", metadata: ["seconds": "\(wait)"])
                try session.execute("SET SESSION innodb_lock_wait_timeout = \(wait)")
            }
        }
        if wait > Self.lockWaits.first { try session.execute("SET SESSION innodb_lock_wait_timeout = \(Self.lockWaits.first)") }
    }

    static func outOfOrder() -> Failure {
        Failure(
            .internalError,
            "a piece of a transaction came without its beginning",
            remedy: "retry the task",
            kind: .transient
        )
    }
}
