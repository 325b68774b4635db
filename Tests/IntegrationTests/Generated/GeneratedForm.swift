import TestSupport

/// Forms of statements that a run may leave out. `DTS_DDL_TRY` makes them nevertheless.
enum GeneratedForm: String, Sendable, CaseIterable {
    /// A client in latin1 with letters beyond ASCII in names.
    case latin1Names
    /// Items in any order, and names exchanged beside other items: AFTER means the names that columns have in the end.
    case placesAmongRenames
    /// ADD of a name that another item of the statement drops or renames.
    case reusedNames
    /// `ADD … FIRST PARTITION BY …`, without a comma.
    case partitionsBehindItems
    /// Character sets of the table beside items about columns, and `CHARACTER SET DEFAULT`.
    case characterSetsAmongItems
    /// `ORDER BY a, b`, and several partitions with quoted names.
    case listsOfNames
    /// IF EXISTS of a column that is missing.
    case missingColumns
    /// `table.column` on MariaDB.
    case qualifiedColumns
    /// MySQL's generated invisible primary keys: FIRST stands behind them.
    case generatedKeys
    /// RENAME twice in one ALTER TABLE: the last name counts.
    case renamesTwice

    /// None.
    func isLeftOut(_ kind: ServerKind, _ metadata: String) -> Bool { false }
}
