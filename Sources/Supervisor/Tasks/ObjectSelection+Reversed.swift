package import SyncModel

extension ObjectSelection {
    /// The same objects seen from the target: names and mapped names change places. Filters and columns name columns,
    /// which are called the same on both sides.
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
    package var reversed: TableSelection {
        TableSelection(
            name: mappedTo ?? name,
            mappedTo: mappedTo == nil ? nil : name,
            filter: filter,
            columns: columns
        )
    }
}
