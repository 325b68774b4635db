import SyncMySQL
import Synchronization
import WorkerCheckpoint
import WorkerSchema

/// The definitions of the tables that a load comes to next, on both sides, read many at a time: of small tables, to ask for
/// them one by one would take longer than to copy them.
final class UpcomingDefinitions: Sendable {
    /// Tables that are asked for at once.
    static let atOnce = 64
    /// What was read longer ago is read again. A load may stay at one table for hours.
    private static let lifetime = Duration.seconds(2)

    private struct Known {
        var source: TableDefinition?
        var target: TableDefinition?
        var readAt = ContinuousClock.now

        var isFresh: Bool { ContinuousClock.now - readAt <= lifetime }
    }

    private let context: TaskContext
    /// By the names of the source; each until it was wanted.
    private let known = Mutex<[TableName: Known]>([:])

    init(_ context: TaskContext) { self.context = context }

    /// - Parameters:
    ///   - table: the one that is wanted.
    ///   - next: those that will be wanted soon.
    /// - Returns: nil where there is no such table.
    func definitions(
        of table: SelectedTables.Table, next: [SelectedTables.Table], _ source: Session, _ target: Session
    ) throws -> (source: TableDefinition?, target: TableDefinition?) {
        try known.withLock { known in
            known = known.filter(\.value.isFresh)
            if known[table.source] == nil {
                let tables = [table] + next.filter { known[$0.source] == nil }
                let found = try read(tables, source, target)
                for table in tables {
                    known[table.source] = Known(source: found.sources[table.source], target: found.targets[table.target])
                }
            }
            let found = known.removeValue(forKey: table.source)
            return (found?.source, found?.target)
        }
    }

    /// The definitions of these tables on both sides, read now; those that are not there are missing.
    func read(
        _ tables: [SelectedTables.Table], _ source: Session, _ target: Session
    ) throws -> (sources: [TableName: TableDefinition], targets: [TableName: TableDefinition]) {
        guard let first = tables.first else { return ([:], [:]) }
        let sources = try context.attempt(.source, "reading the definition of \(first.source)") { try Self.read(tables.map(\.source), source) }
        let targets = try context.attempt(.target, "reading the definition of \(first.target)") { try Self.read(tables.map(\.target), target) }
        return (sources, targets)
    }

    private static func read(_ names: [TableName], _ session: Session) throws(MySQLError) -> [TableName: TableDefinition] {
        var result: [TableName: TableDefinition] = [:]
        for (database, tables) in Dictionary(grouping: names, by: \.database) {
            for definition in try SchemaReader(session).tables(named: tables.map(\.table), in: database) {
                result[definition.name] = definition
            }
        }
        // Servers with lower_case_table_names know them by other letters.
        for name in names where result[name] == nil { result[name] = try SchemaReader(session).table(name) }
        return result
    }
}
