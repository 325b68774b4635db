package import SyncModel
package import SyncMySQL
import WorkerSchema

/// The task's conflicts in `__dts__.conflict` on the target, written in the same transaction as the decision that was
/// taken, so that none is lost or told twice; the supervisor collects them from there.
package enum ConflictTable {
    private static let table = "`\(metadataDatabase)`.conflict"

    /// A conflict waits for the supervisor to store it.
    package struct Waiting: Sendable {
        package var sequence: UInt64
        /// The record as JSON.
        package var record: String
    }

    package static func nextSequence(task: String, _ session: Session) throws(MySQLError) -> UInt64 {
        let last = try session.value("SELECT MAX(sequence) FROM \(table) WHERE task = \(quoteText(task))")
        return (last.flatMap { UInt64($0) } ?? 0) + 1
    }

    /// Statement that adds a conflict.
    ///
    /// - Parameter identity: what recognises the same conflict when the transaction is tried again.
    package static func insertStatement(
        task: String, sequence: UInt64, identity: String, decision: ConflictDecision, record: String
    ) -> String {
        """
        INSERT INTO \(table) (task, sequence, identity, decision, record, reported)
        VALUES (\(quoteText(task)), \(sequence), \(quoteText(identity)), '\(decision.rawValue)', \(quoteText(record)),
            \(decision == .reported ? 1 : 0))
        """
    }

    /// What the operator decided about a reported conflict; nil when it has not been met before.
    package static func decision(task: String, identity: String, _ session: Session) throws(MySQLError) -> ConflictDecision? {
        try session.value(
            "SELECT decision FROM \(table) WHERE task = \(quoteText(task)) AND identity = \(quoteText(identity)) ORDER BY sequence DESC LIMIT 1"
        ).flatMap { ConflictDecision(rawValue: $0) }
    }

    /// Notes the operator's decision. The record is told once more, with the decision: the answer that tells of it may be lost on
    /// its way.
    ///
    /// - Returns: what is decided now, which is another one when that came first; nil when there is no such conflict.
    package static func decide(
        task: String, sequence: UInt64, _ decision: ConflictDecision, _ session: Session
    ) throws(MySQLError) -> ConflictDecision? {
        let this = "task = \(quoteText(task)) AND sequence = \(sequence)"
        // Values of rows cannot look like that: within a text of JSON the quotes are escaped.
        func field(_ decision: ConflictDecision) -> String { quoteText("\"decision\":\"\(decision.rawValue)\"") }
        try session.undisturbed(
            """
            UPDATE \(table) SET decision = '\(decision.rawValue)', kept = 0, record = REPLACE(record, \(field(.reported)), \(field(decision)))
            WHERE \(this) AND reported = 1 AND decision = 'reported'
            """)
        return try session.value("SELECT decision FROM \(table) WHERE \(this) AND reported = 1").flatMap { ConflictDecision(rawValue: $0) }
    }

    /// Conflicts that wait for a decision of the operator.
    package static func undecidedCount(task: String, _ session: Session) throws(MySQLError) -> UInt64 {
        let count = try session.value("SELECT COUNT(*) FROM \(table) WHERE task = \(quoteText(task)) AND decision = 'reported'")
        return count.flatMap { UInt64($0) } ?? 0
    }

    package static func waiting(
        task: String, after sequence: UInt64, limit: Int, _ session: Session
    ) throws(MySQLError) -> [Waiting] {
        try session.rows(
            """
            SELECT sequence, record FROM \(table) WHERE task = \(quoteText(task)) AND kept = 0 AND sequence > \(sequence)
            ORDER BY sequence LIMIT \(limit)
            """
        ).compactMap { row in
            guard let sequence = row[0].flatMap({ UInt64($0) }), let record = row[1] else { return nil }
            return Waiting(sequence: sequence, record: record)
        }
    }

    /// One that cannot be read is not told, and not forgotten, either.
    package static func setAside(task: String, sequence: UInt64, _ session: Session) throws(MySQLError) {
        try session.execute("UPDATE \(table) SET kept = 2 WHERE task = \(quoteText(task)) AND sequence = \(sequence) AND kept = 0")
    }

    /// Another version may be able to read what was set aside.
    package static func lookAgain(task: String, _ session: Session) throws(MySQLError) {
        try session.execute("UPDATE \(table) SET kept = 0 WHERE task = \(quoteText(task)) AND kept = 2")
    }

    /// The supervisor has these: forgets them, but for those that still wait for a decision.
    package static func markStored(task: String, through sequence: UInt64, _ session: Session) throws(MySQLError) {
        let these = "task = \(quoteText(task)) AND kept = 0 AND sequence <= \(sequence)"
        // One that was reported stays: its decision is looked up when the transaction is tried again. So does the last
        // one, from which the next number is counted.
        let last = try session.value("SELECT MAX(sequence) FROM \(table) WHERE task = \(quoteText(task))") ?? "0"
        try session.undisturbed("DELETE FROM \(table) WHERE \(these) AND reported = 0 AND sequence < \(last)")
        try session.undisturbed("UPDATE \(table) SET kept = 1 WHERE \(these)")
        try bound(task: task, through: UInt64(last) ?? 0, session)
    }

    /// How many conflicts of a task are kept at most, the newest ones, whether they are told or not.
    package static let limit: UInt64 = 10_000
    /// Those that are told stay for so long, in days.
    package static let days: UInt64 = 30
    /// Among them so many in any case: the decision of one that waited for long is needed until its transaction is through.
    private static let fewest: UInt64 = 1_000

    /// Forgets conflicts beyond the bounds, but for those that wait for a decision. What was not told by then is missed by its number.
    ///
    /// - Parameter last: the newest one.
    package static func bound(task: String, through last: UInt64, _ session: Session) throws(MySQLError) {
        guard last > fewest else { return }
        let these = "task = \(quoteText(task)) AND decision <> 'reported'"
        if last > limit { try session.execute("DELETE FROM \(table) WHERE \(these) AND sequence <= \(last - limit)") }
        // The time of the conflict, microseconds in 16 digits, is in its record under a name that is there once. Compared as text:
        // nothing that a record may hold is an error then.
        let at = #"SUBSTRING_INDEX(SUBSTRING_INDEX(record, '"at":', -1), ',', 1)"#
        try session.execute(
            """
            DELETE FROM \(table) WHERE \(these) AND kept = 1 AND sequence <= \(last - fewest)
                AND CHAR_LENGTH(\(at)) = 16 AND \(at) < CONCAT(UNIX_TIMESTAMP() - \(days * 86400), '000000')
            """)
    }

    /// The same after `count` records were added, now and then.
    package static func boundNowAndThen(task: String, through last: UInt64, adding count: UInt64, _ session: Session) throws(MySQLError) {
        if last / fewest != (last - min(last, count)) / fewest { try bound(task: task, through: last, session) }
    }
}
