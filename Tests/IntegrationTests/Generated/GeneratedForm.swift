import TestSupport

/// Forms of statements that a run may have to leave out, because the product refuses them or does not carry them right.
/// `DTS_DDL_TRY` makes them nevertheless.
enum GeneratedForm: String, Sendable, CaseIterable {
    /// A client in latin1 with letters beyond ASCII in names: refused, as README says under "Definition statements".
    case latin1Names
    /// Items in any order, and names exchanged beside other items: AFTER means the names that columns have in the end.
    /// Without names in the log they are read one after the other, and values come into wrong columns.
    case placesAmongRenames
    /// ADD of a name that another item of the statement drops or renames: without names in the log the other item is taken for
    /// one about the new column, and values come into wrong columns.
    case reusedNames
    /// `ADD … FIRST PARTITION BY …`, without a comma: without names in the log the place is not seen.
    case partitionsBehindItems
    /// `ORDER BY a, b`, and several partitions with quoted names: without names in the log the statement is not understood.
    case listsOfNames
    /// IF EXISTS of a column that is missing: without names in the log the statement is not understood.
    case missingColumns
    /// `table.column` on MariaDB: without names in the log the statement is not understood.
    case qualifiedColumns
    /// Character sets of the table beside items about columns, and `CHARACTER SET DEFAULT`: without names in the log columns are
    /// taken to have another character set.
    case characterSetsAmongItems

    func isLeftOut(_ kind: ServerKind, _ metadata: String) -> Bool {
        switch self {
        case .latin1Names: true
        case .placesAmongRenames, .reusedNames, .partitionsBehindItems, .listsOfNames, .missingColumns, .qualifiedColumns,
            .characterSetsAmongItems:
            metadata == "MINIMAL"
        }
    }
}
