extension ObjectSelection {
    /// The same objects seen from the target: names and mapped names change places.
    package var reversed: ObjectSelection {
        ObjectSelection(
            database: mappedTo ?? database,
            mappedTo: mappedTo == nil ? nil : database,
            tables: tables?.map(\.reversed),
            views: views,
            routines: routines
        )
    }
}

extension TableSelection {
    /// A filter names the columns as the target calls them; one that cannot be read stays as it is, and is refused by
    /// verification.
    package var reversed: TableSelection {
        TableSelection(
            name: mappedTo ?? name,
            mappedTo: mappedTo == nil ? nil : name,
            filter: filter.map { text in (try? RowFilter(text).renaming(renamed)) ?? text },
            columns: columns?.map { renamed($0) ?? $0 },
            rename: rename.map { names in Dictionary(names.map { ($1, $0) }, uniquingKeysWith: { first, _ in first }) }
        )
    }

    /// The target's name of a column; nil when it is the source's. Columns are named without regard to case.
    package func renamed(_ column: String) -> String? {
        let folded = column.lowercased()
        return rename?.first { $0.key.lowercased() == folded }?.value
    }
}
