/// What a writer does between `START TRANSACTION` and its end.
struct WriterTransaction: Sendable {
    var statements: [String] = []
    /// Ends with ROLLBACK: nothing of it may ever be seen on the other side.
    var isRolledBack = false

    static func += (transaction: inout WriterTransaction, statement: String) { transaction.statements.append(statement) }
}

/// Rows that statements have inserted, updated and deleted.
package struct RowCount: Sendable, Hashable, Codable {
    package var inserted: UInt64 = 0
    package var updated: UInt64 = 0
    package var deleted: UInt64 = 0

    package var total: UInt64 { inserted + updated + deleted }

    mutating func add(_ rows: UInt64, of statement: String) {
        if statement.hasPrefix("INSERT") {
            inserted += rows
        } else if statement.hasPrefix("UPDATE") {
            updated += rows
        } else if statement.hasPrefix("DELETE") {
            deleted += rows
        }
    }

    package mutating func add(_ other: RowCount) {
        inserted += other.inserted
        updated += other.updated
        deleted += other.deleted
    }
}
