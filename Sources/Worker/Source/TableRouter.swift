package import SyncModel
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
        /// Our own `arrival`: how far another server's changes have come here.
        case arrival
        /// Anything else of ours.
        case bookkeeping
        /// A table that the task does not sync.
        case ignored
        /// A table that the target has dropped or emptied, as the source soon will.
        case gone
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
        /// What the target's statements make of the source's definition.
        var lineage: TableDefinition?
        var referencing: [CascadingKey]
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
    private var knowledge: TargetKnowledge?
    private var stand = StatementsAhead.Stand(seen: 0, pending: 0)

    package init(_ context: TaskContext, history: SchemaHistory, target: TargetKnowledge? = nil) {
        self.context = context
        self.history = history
        knowledge = target
    }

    /// How far the source was in the target's log; nil when that does not matter.
    package var sourceIsAt: BinlogPosition? { knowledge?.sourceIsAt }

    /// Definition statements of the target that had been seen when the last destination was given.
    package var statementsSeen: Int { stand.seen }

    /// What follows in the source's log was written when the source had come this far.
    package func learn(sourceIsAt place: BinlogPosition) {
        if let known = knowledge?.sourceIsAt, place.isAtOrBehind(known) { knowledge?.sourceIsAt = place }
    }

    /// The definitions may have changed.
    package func forget() {
        known.removeAll()
        for table in made.keys { made[table]?.isFresh = false }
    }

    /// Lets go of ids; definitions stay.
    package func forgetMaps() { known.removeAll() }

    /// - Throws: ``Failure`` when the table is synced but cannot be: missing on the target, or columns that do not fit.
    package func destination(of map: TableMap) throws -> Destination {
        if let knowledge, map.database != metadataDatabase {
            let now = knowledge.ahead.stand(behind: knowledge.sourceIsAt)
            if now != stand { forget() }
            stand = now
        }
        if let known = known[map.tableID], known.map === map { return known.destination }
        let destination = try resolve(map)
        known[map.tableID] = Known(map: map, destination: destination)
        return destination
    }

    private func resolve(_ map: TableMap) throws -> Destination {
        guard let ahead = knowledge?.ahead, context.objects.target(of: TableName(database: map.database, table: map.table)) != nil
        else { return try find(map) }
        for _ in 0..<100 {
            // Whether it succeeds or not: it was right only if the target's definitions were not others meanwhile.
            let found = Result { try find(map) }
            let seen = try ahead.settle(try context.attempt(.target, "reading its position") { try Session(context.target) })
            if seen == stand.seen { return try found.get() }
            forget()
            stand = ahead.stand(behind: sourceIsAt ?? BinlogPosition())
        }
        throw Failure(
            .schemaMismatch, "the target's definitions keep changing", remedy: "retry the task", kind: .transient)
    }

    private func find(_ map: TableMap) throws -> Destination {
        if map.database == metadataDatabase {
            switch map.table {
            case "progress": return .marker
            case "heartbeat": return .heartbeat
            case "statement": return .statement
            case "arrival": return .arrival
            default: return .bookkeeping
            }
        }
        let source = TableName(database: map.database, table: map.table)
        guard let target = context.objects.target(of: source) else { return .ignored }
        // The server gives a table another id whenever it opens it anew.
        if let made = made[source], made.isFresh, made.map.hasSameDefinition(as: map) { return .synced(made.route) }
        let sourceDefinition = try sourceDefinition(source, map)
        let (name, lineage) = try name(of: target, sourceDefinition)
        guard let name else { return .gone }
        guard let targetDefinition = try targetDefinition(name) else {
            throw Failure(
                .unknownTable, "table \(name) does not exist on the target",
                remedy: "create \(name) on the target as \(source) is on the source, then retry the task"
                    + (knowledge == nil
                        ? ""
                        : "; the other task of the pair stops at that statement, because the source has the table: leave it out there with "
                            + "'task skip-statement'"))
        }
        let referencing = try referencing(name)
        if let old = made[source] {
            if old.map.hasSameDefinition(as: map), old.source == sourceDefinition, old.target == targetDefinition,
                old.lineage == lineage, old.referencing == referencing
            {
                made[source]?.isFresh = true
                return .synced(old.route)
            }
            generation += 1
        }
        let route = try TableRoute(
            map, source: sourceDefinition, target: targetDefinition, lineage: lineage, referencing: referencing,
            selected: context.objects.columns(of: source), filter: context.objects.filter(of: source))
        made[source] = Made(
            map: map, source: sourceDefinition, target: targetDefinition, lineage: lineage, referencing: referencing, route: route,
            isFresh: true)
        return .synced(route)
    }

    /// Where the table's rows belong after the statements that the source had not executed when it wrote them.
    ///
    /// - Returns: no name when they are gone there; no lineage when there are no such statements.
    private func name(of target: TableName, _ source: TableDefinition) throws -> (TableName?, TableDefinition?) {
        guard let knowledge, stand.pending > 0 else { return (target, nil) }
        var definition = source
        definition.name = target
        let lineage = try knowledge.ahead.lineage(of: definition, behind: knowledge.sourceIsAt)
        switch lineage.fate {
        case .table(let after): return (after.name, lineage.isTouched ? after : nil)
        case .gone: return (nil, nil)
        case .unclear(let reason):
            throw Failure(
                .schemaMismatch,
                "the source wrote rows of \(source.name) before a definition statement of the target reached it, and \(reason)",
                remedy: "delete the pair and create it anew; execute such statements while nobody writes into the table")
        }
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

    /// Foreign keys that change other rows of the target with those of the table; none when the source logs such changes.
    private func referencing(_ table: TableName) throws -> [CascadingKey] {
        // In a pair, what the other side's foreign keys did cannot be told from what its applications did.
        if context.sourceProfile.logsCascades || context.reverseTask != nil { return [] }
        return try context.attempt(.target, "reading the foreign keys that refer to \(table)") {
            try SchemaReader(try Session(context.target)).cascadingKeys(to: table)
        }
    }

    private func targetDefinition(_ table: TableName) throws -> TableDefinition? {
        // Rarely needed, so a session is made for it rather than kept.
        try context.attempt(.target, "reading the definition of \(table)") {
            try SchemaReader(try Session(context.target)).table(table)
        }
    }
}
