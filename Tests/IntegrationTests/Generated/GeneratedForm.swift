import TestSupport

/// Forms of statements that a run may have to leave out, because the product refuses them or does not carry them right.
/// `DTS_DDL_TRY` makes them nevertheless.
enum GeneratedForm: String, Sendable, CaseIterable {
    /// A client in latin1 with letters beyond ASCII in names: refused, as README says under "Definition statements".
    case latin1Names
    /// Items in any order, and names exchanged beside other items. AFTER means the names that columns have in the end; the product
    /// reads items one after the other: values come into wrong columns, or, where the log has the names, `schema-mismatch` stops the task.
    case placesAmongRenames
    /// ADD of a name that another item of the statement drops or renames. The other item is taken for one about the new column,
    /// with the same consequence.
    case reusedNames
    /// `ADD … FIRST PARTITION BY …`, without a comma: the place is not seen, with the same consequence.
    case partitionsBehindItems
    /// Character sets of the table beside items about columns, and `CHARACTER SET DEFAULT`: columns are taken to have another
    /// character set, and `schema-mismatch` stops the task.
    case characterSetsAmongItems
    /// `ORDER BY a, b`, and several partitions with quoted names. Not understood: `schema-mismatch` stops the task where the log does
    /// not name the columns, and where it does, for tables with generated columns, which the product then takes for others.
    case listsOfNames
    /// IF EXISTS of a column that is missing: the same.
    case missingColumns
    /// `table.column` on MariaDB: the same.
    case qualifiedColumns
    /// MySQL's generated invisible primary keys: FIRST stands behind them, which the product does not know.
    case generatedKeys
    /// RENAME twice in one ALTER TABLE: the last name counts; where the log does not name the columns, `schema-mismatch` stops the task.
    case renamesTwice

    func isLeftOut(_ kind: ServerKind, _ metadata: String) -> Bool {
        switch self {
        case .latin1Names, .placesAmongRenames, .reusedNames, .partitionsBehindItems, .characterSetsAmongItems, .listsOfNames,
            .missingColumns, .qualifiedColumns, .generatedKeys:
            true
        case .renamesTwice: metadata == "MINIMAL"
        }
    }
}
