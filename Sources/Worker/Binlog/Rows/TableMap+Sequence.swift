/// Sequences (MariaDB), whose row the log has like that of a table.
extension TableMap {
    /// Whether the columns are those of a sequence, as far as the event tells of them. Only the server knows whether it is one: a table may be
    /// a copy of it.
    ///
    /// Source: `sequence_structure` in MariaDB's `sql/sql_sequence.cc`.
    package var hasShapeOfSequence: Bool {
        let names = [
            "next_not_cached_value", "minimum_value", "maximum_value", "start_value", "increment", "cache_size", "cycle_option", "cycle_count",
        ]
        guard columns.count == names.count, primaryKey == nil else { return false }
        return zip(columns, names).allSatisfy { column, name in
            column.type == (name == "cycle_option" ? .tiny : .longLong) && !column.nullable && (column.name ?? name) == name
        }
    }
}
