import SyncModel
import SyncMySQL
package import WorkerBinlog
package import WorkerCheckpoint
package import WorkerDDL
import WorkerSchema

/// Decides what happens to the rows of a table in the log.
package final class TableRouter {
    package enum Destination {
        case synced(TableRoute)
        /// Our own `progress`: an origin mark.
        case marker
        /// Our own `heartbeat`.
        case heartbeat
        /// Our own `statement`: the mark of a definition statement.
        case statement
        /// Anything else of ours.
        case bookkeeping
        /// A table that the task does not sync.
        case ignored
    }

    private struct Known {
        var map: TableMap
        var destination: Destination
    }

    /// What a route was made from.
    private struct Made {
        var map: TableMap
        var source: TableDefinition
        var target: TableDefinition
        var route: TableRoute
        /// Nothing has happened since that could have changed the definitions.
        var isFresh: Bool
    }

    private let context: TaskContext
    private let history: SchemaHistory
    private var known: [UInt64: Known] = [:]
    private var made: [TableName: Made] = [:]
    /// Counts the times that a table got another route than before. Rows of one table under two routes must not meet in
    /// one batch: they could not be told to be of the same key.
    package private(set) var generation = 0

    package init(_ context: TaskContext, history: SchemaHistory) {
        self.context = context
        self.history = history
    }

    /// The definitions may have changed.
    package func forget() {
        known.removeAll()
        for table in made.keys { made[table]?.isFresh = false }
    }

    /// - Throws: ``Failure`` when the table is synced but cannot be: missing on the target, or columns that do not fit.
    package func destination(of map: TableMap) throws -> Destination {
        if let known = known[map.tableID], known.map === map { return known.destination }
        let destination = try resolve(map)
        known[map.tableID] = Known(map: map, destination: destination)
        return destination
    }

    private func resolve(_ map: TableMap) throws -> Destination {
        if map.database == metadataDatabase {
            switch map.table {
            case "progress": return .marker
            case "heartbeat": return .heartbeat
            case "statement": return .statement
            default: return .bookkeeping
            }
        }
        let source = TableName(database: map.database, table: map.table)
        guard let target = context.objects.target(of: source) else { return .ignored }
        // The server gives a table another id whenever it opens it anew.
        if let made = made[source], made.isFresh, made.map.hasSameDefinition(as: map) { return .synced(made.route) }
        let sourceDefinition = try sourceDefinition(source, map)
        guard let targetDefinition = try targetDefinition(target) else {
            throw Failure(
                .unknownTable, "table \(target) does not exist on the target",
                remedy: "create \(target) on the target as \(source) is on the source, then retry the task")
        }
        if let old = made[source] {
            if old.map.hasSameDefinition(as: map), old.source == sourceDefinition, old.target == targetDefinition {
                made[source]?.isFresh = true
                return .synced(old.route)
            }
            generation += 1
        }
        let route = try TableRoute(map, source: sourceDefinition, target: targetDefinition)
        made[source] = Made(map: map, source: sourceDefinition, target: targetDefinition, route: route, isFresh: true)
        return .synced(route)
    }

    /// The table as it was at this place in the log.
    private func sourceDefinition(_ table: TableName, _ map: TableMap) throws -> TableDefinition {
        switch history.definition(of: table) {
        case .known(let definition): return definition
        case .unclear, .unknown:
            if let definition = TableDefinition(named: map) { return definition }
            throw Failure(
                .schemaMismatch,
                "the log has rows of \(table), whose columns at that time are not known",
                remedy: "SET GLOBAL binlog_row_metadata = FULL on the source, delete the task and create it anew")
        }
    }

    private func targetDefinition(_ table: TableName) throws -> TableDefinition? {
        // Rarely needed, so a session is made for it rather than kept.
        try context.attempt(.target, "reading the definition of \(table)") {
            try SchemaReader(try Session(context.target)).table(table)
        }
    }
}
