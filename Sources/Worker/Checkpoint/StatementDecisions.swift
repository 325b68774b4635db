package import SyncModel
package import SyncMySQL
package import WorkerDDL
import WorkerSchema

/// What the operator has decided about definition statements of the source, in `__dts__.statement_decision` on the target.
///
/// A decision stays for good: the worker comes by the statement again after a crash, and later it is the record of what was
/// left out.
package struct StatementDecisions: Sendable {
    package enum Decision: Sendable, Hashable {
        case skip
        case replace(sql: String)
    }

    private static let table = "`\(metadataDatabase)`.statement_decision"

    private let decisions: [StatementID: Decision]

    package init(_ decisions: [StatementID: Decision] = [:]) { self.decisions = decisions }

    package subscript(_ statement: StatementID) -> Decision? { decisions[statement] }

    package var isEmpty: Bool { decisions.isEmpty }

    package static func read(task: String, _ session: Session) throws(MySQLError) -> StatementDecisions {
        var decisions: [StatementID: Decision] = [:]
        for row in try session.rows("SELECT statement, replacement FROM \(table) WHERE task = \(quoteText(task))") {
            guard let statement = row[0] else { continue }
            decisions[StatementID(statement)] = row[1].map { .replace(sql: $0) } ?? .skip
        }
        return StatementDecisions(decisions)
    }

    /// Keeps a decision; a later one about the same statement takes its place.
    package static func keep(_ decision: StatementDecision, task: String, _ session: Session) throws(MySQLError) {
        try session.execute(
            """
            REPLACE INTO \(table) (task, statement, replacement, decided_at)
            VALUES (\(quoteText(task)), \(quoteText(decision.statement)), \(literal(decision.replacement)), UTC_TIMESTAMP())
            """
        )
    }
}
