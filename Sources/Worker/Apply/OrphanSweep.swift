import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSchema

/// Finds rows whose parent is gone, at the end of the log that goes with an initial copy, and lets go of them.
///
/// A foreign key of the source may have deleted rows over several tables, which its log does not tell. The tables were
/// copied at different times: where a row in the middle was gone already, the target's own foreign keys did not reach what
/// hangs on it. Such a row has no parent, which the source's foreign keys do not suffer, and is not on the source.
struct OrphanSweep {
    let context: TaskContext
    let session: Session

    /// In the transaction that ends the copy's window, so that it happens once and before anything relies on it.
    func run() throws {
        let databases = Set(context.objects.databases.compactMap { context.objects.targetDatabase(of: $0) })
        let keys = try SchemaReader(session).cascadingKeys().filter { databases.contains($0.child.database) }
        guard !keys.isEmpty else { return }
        let sources = Dictionary(
            try context.attempt(.source, "listing its tables") { try tables(try Session(context.source)) }.map { ($1, $0) },
            uniquingKeysWith: { first, _ in first })
        let source = try context.attempt(.source, "connecting") {
            let source = try Session(context.source)
            try source.prepareForReading()
            return source
        }
        // What goes may leave others without a parent.
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for key in keys {
                guard let table = sources[key.child] else { continue }
                hasChanged = try sweep(key, table, source) || hasChanged
            }
        }
    }

    /// Source and target names of what is synced.
    private func tables(_ source: Session) throws -> [(TableName, TableName)] {
        try context.objects.databases.flatMap { database in
            try SchemaReader(source).tables(in: database).compactMap { table in
                let name = TableName(database: database, table: table)
                return context.objects.target(of: name).map { (name, $0) }
            }
        }
    }

    private func sweep(_ key: CascadingKey, _ table: TableName, _ source: Session) throws -> Bool {
        guard let definition = try SchemaReader(session).table(key.child), let places = definition.keyColumns else { return false }
        let columns = places.map { definition.columns[$0] }
        let join = zip(key.columns, key.parentColumns).map { "c.\(quoteIdentifier($0)) = p.\(quoteIdentifier($1))" }
        let isSet = key.columns.map { "c.\(quoteIdentifier($0)) IS NOT NULL" }
        let orphans = try session.rows(
            """
            SELECT \(columns.map { "HEX(CAST(c.\(quoteIdentifier($0.name)) AS BINARY))" }.joined(separator: ", ")) FROM \(key.child.quoted) c
            LEFT JOIN \(key.parent.quoted) p ON \(join.joined(separator: " AND "))
            WHERE p.\(quoteIdentifier(key.parentColumns[0])) IS NULL AND \(isSet.joined(separator: " AND "))
            """)
        var hasChanged = false
        for orphan in orphans {
            let row = zip(columns, orphan).map { "CAST(\(quoteIdentifier($0.name)) AS BINARY) = X'\($1 ?? "")'" }.joined(separator: " AND ")
            let nulls = key.columns.map { "\(quoteIdentifier($0)) IS NULL" }.joined(separator: " AND ")
            let there = try context.attempt(.source, "looking for a row without a parent") {
                try source.rows("SELECT \(nulls) FROM \(table.quoted) WHERE \(row)").first?[0]
            }
            if key.onDelete == "CASCADE", there == nil {
                try session.execute("DELETE FROM \(key.child.quoted) WHERE \(row)")
                hasChanged = true
            } else if key.onDelete == "SET NULL", there != "0" {
                let values = key.columns.map { "\(quoteIdentifier($0)) = NULL" }.joined(separator: ", ")
                try session.execute("UPDATE \(key.child.quoted) SET \(values) WHERE \(row)")
                hasChanged = true
            }
        }
        return hasChanged
    }
}
