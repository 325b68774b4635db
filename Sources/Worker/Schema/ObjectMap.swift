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

    package func targetDatabase(of database: String) -> String? {
        selections[database].map { $0.mappedTo ?? $0.database }
    }
}

/// The database that holds everything of ours on each server. Never synced.
package let metadataDatabase = "__dts__"
