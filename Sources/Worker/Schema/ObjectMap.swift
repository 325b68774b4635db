package import SyncModel

/// Which tables a task syncs and what they are called on the target.
package struct ObjectMap: Sendable {
    private let selections: [String: ObjectSelection]

    package init(_ objects: [ObjectSelection]) {
        selections = Dictionary(objects.map { ($0.database, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package var databases: [String] { selections.keys.sorted() }

    package func selection(_ database: String) -> ObjectSelection? { selections[database] }

    /// The target's name of a source table; nil when the table is not synced.
    package func target(of source: TableName) -> TableName? {
        guard source.database != metadataDatabase, let selection = selections[source.database] else { return nil }
        let database = selection.mappedTo ?? selection.database
        guard let tables = selection.tables else {
            // With views only listed, no table is meant.
            return selection.views == nil ? TableName(database: database, table: source.table) : nil
        }
        guard let table = tables.first(where: { $0.name == source.table }) else { return nil }
        return TableName(database: database, table: table.mappedTo ?? table.name)
    }

    /// Which columns of a source table are synced, and their names on the target.
    package func columns(of source: TableName) -> ColumnMap { selection(of: source).map(ColumnMap.init) ?? .all }

    /// The row filter of a source table; nil: all rows are synced.
    package func filter(of source: TableName) -> String? { selection(of: source)?.filter }

    private func selection(of source: TableName) -> TableSelection? {
        selections[source.database]?.tables?.first { $0.name == source.table }
    }

    /// The target's name of a source view; nil when the view is not synced.
    package func targetOfView(_ view: TableName) -> TableName? {
        guard let selection = selections[view.database] else { return nil }
        let target = TableName(database: selection.mappedTo ?? selection.database, table: view.table)
        if let views = selection.views { return views.contains(view.table) ? target : nil }
        return selection.tables == nil ? target : nil
    }

    /// Whether a table or view of the source is synced.
    package func selects(_ name: TableName) -> Bool { target(of: name) != nil || targetOfView(name) != nil }

    /// Whether all of a database is synced, what comes later included.
    package func isWhole(_ database: String) -> Bool {
        selections[database].map { $0.tables == nil && $0.views == nil } ?? false
    }

    /// Whether any table has another name on the target, or other columns.
    package var renamesTables: Bool {
        selections.values.contains { selection in
            selection.tables?.contains { ($0.mappedTo != nil && $0.mappedTo != $0.name) || !ColumnMap($0).isIdentity } ?? false
        }
    }

    /// Whether only some rows or columns of a source table are synced, or columns by other names.
    package func choosesRows(of source: TableName) -> Bool { filter(of: source) != nil || !columns(of: source).isIdentity }

    package func targetDatabase(of database: String) -> String? {
        selections[database].map { $0.mappedTo ?? $0.database }
    }
}

/// The database that holds everything of ours on each server. Never synced.
package let metadataDatabase = "__dts__"
