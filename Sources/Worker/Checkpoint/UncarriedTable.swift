package import SyncModel
package import SyncMySQL
import WorkerSchema

/// Definition statements that a task did not carry over, on the target until the supervisor has them. Written in the
/// transaction that moves the checkpoint behind them.
package enum UncarriedTable {
    private static let table = "`\(metadataDatabase)`.uncarried_statement"
    /// Statements that stay there when the supervisor has them: the last one gives the next its number.
    private static let kept = 100

    static func statement(_ statement: UncarriedStatement, task: String) -> String {
        """
        INSERT INTO \(table) (task, sequence, kind, place, statement, sides_differ, ran_at)
        SELECT \(quoteText(task)), COALESCE(MAX(sequence), 0) + 1, \(quoteText(statement.kind)), \(quoteText(statement.place)),
            \(quoteText(statement.text)), \(statement.sidesDiffer ? 1 : 0), \(statement.at)
        FROM \(table) WHERE task = \(quoteText(task))
        """
    }

    /// Number of the last one; 0 for none.
    package static func last(task: String, _ session: Session) throws(MySQLError) -> UInt64 {
        let value = try session.value("SELECT MAX(sequence) FROM \(table) WHERE task = \(quoteText(task))")
        return value.flatMap { UInt64($0) } ?? 0
    }

    /// What the supervisor has not stored, in order.
    package static func waiting(task: String, after sequence: UInt64, limit: Int, _ session: Session) throws(MySQLError) -> [UncarriedStatement] {
        try session.rows(
            """
            SELECT sequence, kind, place, statement, sides_differ, ran_at FROM \(table)
            WHERE task = \(quoteText(task)) AND told = 0 AND sequence > \(sequence) ORDER BY sequence LIMIT \(limit)
            """
        ).compactMap { row in
            guard let sequence = row[0].flatMap({ UInt64($0) }) else { return nil }
            return UncarriedStatement(
                sequence: sequence, kind: row[1] ?? "", place: row[2] ?? "", text: row[3] ?? "", sidesDiffer: row[4] == "1",
                at: row[5].flatMap { UInt64($0) } ?? 0)
        }
    }

    package static func markStored(task: String, through sequence: UInt64, _ session: Session) throws(MySQLError) {
        let own = "task = \(quoteText(task))"
        try session.execute("UPDATE \(table) SET told = 1 WHERE \(own) AND told = 0 AND sequence <= \(sequence)")
        guard sequence > kept else { return }
        try session.execute("DELETE FROM \(table) WHERE \(own) AND told = 1 AND sequence <= \(sequence - UInt64(kept))")
    }
}
