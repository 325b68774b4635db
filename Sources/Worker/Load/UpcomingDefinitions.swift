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

    private struct State {
        var readAt = ContinuousClock.now
        var sources: [TableName: TableDefinition] = [:]
        var targets: [TableName: TableDefinition] = [:]
        var asked: Set<TableName> = []
    }

    private let context: TaskContext
    private let state = Mutex(State())

    init(_ context: TaskContext) { self.context = context }

    /// - Parameters:
    ///   - table: the one that is wanted.
    ///   - next: those that will be wanted soon.
    /// - Returns: nil where there is no such table.
    func definitions(
        of table: SelectedTables.Table, next: [SelectedTables.Table], _ source: Session, _ target: Session
    ) throws -> (source: TableDefinition?, target: TableDefinition?) {
        try state.withLock { state in
            if !state.asked.contains(table.source) || ContinuousClock.now - state.readAt > Self.lifetime {
                var fresh = State()
                let tables = [table] + next
                let found = try context.attempt(.source, "reading the definition of \(table.source)") {
                    try Self.read(tables.map(\.source), source)
                }
                let there = try context.attempt(.target, "reading the definition of \(table.target)") {
                    try Self.read(tables.map(\.target), target)
                }
                fresh.sources = found
                fresh.targets = there
                fresh.asked = Set(tables.map(\.source))
                fresh.readAt = .now
                state = fresh
            }
            return (state.sources[table.source], state.targets[table.target])
        }
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
