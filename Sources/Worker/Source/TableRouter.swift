import SyncModel
import SyncMySQL
package import WorkerBinlog
package import WorkerCheckpoint
import WorkerSchema

/// Decides what happens to the rows of a table in the log.
package final class TableRouter {
    package enum Destination {
        case synced(TableRoute)
        /// Our own `progress`: an origin mark.
        case marker
        /// Our own `heartbeat`.
        case heartbeat
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
    private var known: [UInt64: Known] = [:]
    private var made: [TableName: Made] = [:]
    /// Counts the times that a table got another route than before. Rows of one table under two routes must not meet in
    /// one batch: they could not be told to be of the same key.
    package private(set) var generation = 0

    package init(_ context: TaskContext) { self.context = context }

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
            default: return .bookkeeping
            }
        }
        let source = TableName(database: map.database, table: map.table)
        guard let target = context.objects.target(of: source) else { return .ignored }
        // The server gives a table another id whenever it opens it anew.
        if let made = made[source], made.isFresh, made.map.hasSameDefinition(as: map) { return .synced(made.route) }
        guard let sourceDefinition = try definition(of: source, .source) else {
            throw Failure(
                .schemaMismatch, "the log has rows of \(source), which the source no longer has",
                remedy: "the table was dropped or renamed while the task was behind; take it out of the task's objects")
        }
        guard let targetDefinition = try definition(of: target, .target) else {
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

    private func definition(of table: TableName, _ role: TaskContext.Role) throws -> TableDefinition? {
        // Rarely needed, so a session is made for it rather than kept.
        try context.attempt(role, "reading the definition of \(table)") {
            let session = try Session(role == .source ? context.source : context.target)
            return try SchemaReader(session).table(table)
        }
    }
}
