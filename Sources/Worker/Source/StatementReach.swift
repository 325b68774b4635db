package import WorkerDDL
package import WorkerSchema

/// Finds out what a statement changes beyond what its text says: through views, triggers, foreign keys and stored routines.
///
/// In statement format none of that is in the log. A replica does it again; a task has only the statement.
package protocol StatementReach: AnyObject {
    /// Why a statement may change synced tables, by what the source has now; nil: it cannot.
    ///
    /// - Parameters:
    ///   - tables: which it changes itself, none of them synced as far as their names tell.
    ///   - isSynced: whether a base table of this name belongs to the task.
    func reason(
        tables: Set<TableName>, calls: Set<RowStatement.Call>, isSynced: (TableName) -> Bool
    ) throws -> StatementDanger?

    /// Whether the source, up to now, has executed nothing behind a place after which the answer for these tables may be another one.
    func isSettled(behind reading: ReadingPlace, about tables: Set<TableName>) throws -> Bool

    /// Definitions may be others from here on.
    func forget()
}

extension StatementReach {
    package func isSettled(behind reading: ReadingPlace, about tables: Set<TableName>) throws -> Bool { true }
}

/// Why a statement may change synced tables.
package struct StatementDanger: Sendable, Hashable {
    package var reason: String
    /// What lets the task find out more; nil: nothing would.
    package var grant: String?

    package init(_ reason: String, grant: String? = nil) {
        self.reason = reason
        self.grant = grant
    }
}
