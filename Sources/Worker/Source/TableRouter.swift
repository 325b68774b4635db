package import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
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
        /// What the target's statements make of the source's columns.
        var lineage: TableLineage.Table?
        var referencing: [CascadingKey]
        var route: TableRoute
        /// Nothing has happened since that could have changed the definitions.
        var isFresh: Bool
    }

    private let context: TaskContext
    let history: SchemaHistory
    /// nil: what the history has is believed.
    let source: SourceDefinitions?
    /// What the history has come to know by destinations; for the checkpoint.
    private var learned: [SchemaChange] = []
    private var known: [UInt64: Known] = [:]
    private var made: [TableName: Made] = [:]
    /// Counts the times that a table got another route than before. Rows of one table under two routes must not meet in
    /// one batch: they could not be told to be of the same key.
    package private(set) var generation = 0
    private var knowledge: TargetKnowledge?
    private var stand = StatementsAhead.Stand()
    let onTarget: TargetDefinitions
    /// Foreign keys of the target that change rows matter only where the source does not log what its own change. In a
    /// pair, what the other side's foreign keys did cannot be told from what its applications did.
    private let followsCascades: Bool

    init(_ context: TaskContext, history: SchemaHistory, source: SourceDefinitions?, target: TargetKnowledge? = nil) {
        self.context = context
        self.source = source
        self.history = history
        knowledge = target
        onTarget = TargetDefinitions(context)
        followsCascades = !context.sourceProfile.logsCascades && context.reverseTask == nil
    }

    /// How far the source was in the target's log; nil for a task by itself.
    package var sourceIsAt: BinlogPosition? { knowledge?.sourceIsAt }

    /// Definition statements of the target that had been seen when the last destination was given.
    package var statementsSeen: Int { stand.seen }

    /// What follows in the source's log was written when the source had come this far.
    package func learn(sourceIsAt place: BinlogPosition) {
        if let known = knowledge?.sourceIsAt, place.isAtOrBehind(known) { knowledge?.sourceIsAt = place }
    }

    /// The definitions of any tables may have changed, on the source or on the target.
    package func forget() {
        known.removeAll()
        onTarget.forgetAll()
        for table in made.keys { made[table]?.isFresh = false }
    }

    /// A statement was executed on the source, and on the target where the task carries it.
    ///
    /// - Parameter statement: nil when it is not known which tables it is about.
    package func forget(_ statement: DDLStatement?) {
        guard let statement else { return forget() }
        if let database = statement.database {
            forget(databases: [context.objects.targetDatabase(of: database)].compactMap(\.self), tables: [])
        } else {
            // A name that only serves within the statement, or that no row has come for yet, may be none of the task's.
            forget(databases: [], tables: Set(statement.references.compactMap { context.objects.target(of: $0.table) }))
        }
    }

    /// A statement was executed on the target.
    package func forget(_ statement: MappedStatement) {
        forget(databases: [statement.changedDatabase].compactMap(\.self), tables: Set(statement.tables))
    }

    /// - Parameters:
    ///   - databases: of the target.
    ///   - tables: of the target.
    private func forget(databases: [String], tables: Set<TableName>) {
        known.removeAll()
        for database in databases { onTarget.forget(database: database) }
        onTarget.forget(tables)
        for (source, one) in made
        where followsCascades || tables.contains(one.target.name) || databases.contains(one.target.name.database)
            || context.objects.target(of: source).map(tables.contains) == true
        {
            made[source]?.isFresh = false
        }
    }

    /// Takes in which statements of the target are ahead now.
    private func take(_ now: StatementsAhead.Stand, _ ahead: StatementsAhead) {
        if now == stand { return }
        if let names = ahead.names(between: stand, and: now) {
            forget(databases: names.databases, tables: names.tables)
        } else {
            forget()
        }
        stand = now
    }

    /// Lets go of ids; definitions stay.
    package func forgetMaps() { known.removeAll() }

    /// - Parameter reading: where the rows are.
    /// - Throws: ``Failure`` when the table is synced but cannot be: missing on the target, or columns that do not fit.
    func destination(of map: TableMap, at reading: ReadingPlace) throws -> Destination {
        if let knowledge, let ahead = knowledge.ahead, map.database != metadataDatabase {
            take(ahead.stand(behind: knowledge.sourceIsAt), ahead)
        }
        if let known = known[map.tableID], known.map === map { return known.destination }
        let destination = try resolve(map, reading)
        known[map.tableID] = Known(map: map, destination: destination)
        return destination
    }

    private func resolve(_ map: TableMap, _ reading: ReadingPlace) throws -> Destination {
        guard let target = context.objects.target(of: TableName(database: map.database, table: map.table)) else { return try find(map, reading) }
        guard let ahead = knowledge?.ahead else { return try findAnew(map, target, reading).get() }
        for _ in 0..<100 {
            let readings = onTarget.readings
            // Whether it succeeds or not: it was right only if the target's definitions were not others meanwhile.
            let found = findAnew(map, target, reading)
            // What had been read before has been looked at then.
            if readings == onTarget.readings { return try found.get() }
            let seen = try onTarget.ask("reading its position") { try ahead.settle($0) }
            if seen == stand.seen { return try found.get() }
            take(ahead.stand(behind: sourceIsAt ?? BinlogPosition()), ahead)
        }
        throw Failure(
            .schemaMismatch, "the target's definitions keep changing", remedy: "retry the task", kind: .transient)
    }

    /// What the target said before may have been mended since.
    private func findAnew(_ map: TableMap, _ target: TableName, _ reading: ReadingPlace) -> Result<Destination, any Error> {
        let readings = onTarget.readings
        let found = Result { try find(map, reading) }
        guard case .failure = found, readings == onTarget.readings else { return found }
        onTarget.forget([target])
        return Result { try find(map, reading) }
    }

    private func find(_ map: TableMap, _ reading: ReadingPlace) throws -> Destination {
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
        // The server gives a table another id whenever it opens it anew, which it does after each change of the definition. Where rows do
        // not name their columns, that is all that a change without a statement in the log shows.
        if let made = made[source], made.isFresh, made.map.hasSameDefinition(as: map),
            map.hasColumnNames || made.map.tableID == map.tableID
        {
            return .synced(made.route)
        }
        let sourceDefinition = try definition(of: source, map, reading)
        let (name, lineage) = try name(of: target, sourceDefinition)
        guard let name else { return .gone }
        guard let targetDefinition = try onTarget.table(name) else {
            throw Failure(
                .unknownTable, "table \(name) does not exist on the target",
                remedy: "create \(name) on the target as \(source) is on the source, with the rows that it had there if somebody dropped it, then retry the task"
                    + (knowledge?.ahead == nil
                        ? ""
                        : "; the other task of the pair stops at that statement, because the source has the table: leave it out there with "
                            + "'task skip-statement'"))
        }
        let referencing = followsCascades ? try onTarget.cascadingKeys(to: name) : []
        if let old = made[source] {
            if old.map.hasSameDefinition(as: map), old.source == sourceDefinition, old.target == targetDefinition,
                old.lineage == lineage, old.referencing == referencing
            {
                made[source]?.isFresh = true
                made[source]?.map = map
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
    private func name(of target: TableName, _ source: TableDefinition) throws -> (TableName?, TableLineage.Table?) {
        guard let knowledge, let ahead = knowledge.ahead, !stand.pending.isEmpty else { return (target, nil) }
        let lineage = try ahead.lineage(of: target, columns: source.columns.map(\.name), behind: knowledge.sourceIsAt)
        switch lineage.fate {
        case .table(let after): return (after.name, lineage.isTouched ? after : nil)
        case .gone: return (nil, nil)
        case .unclear(let reason):
            throw Failure(
                .schemaMismatch,
                "the source wrote rows of \(source.name) before a definition statement of the target reached it, and \(reason)",
                remedy: "delete the pair and create it anew with 'scenario: both-have-data'; execute such statements while nobody writes into the table")
        }
    }

    var objects: ObjectMap { context.objects }

    var isOneKind: Bool { context.sourceProfile.isMariaDB == context.targetProfile.isMariaDB }

    func note(_ change: SchemaChange) {
        history.take(change)
        learned.append(change)
    }

    /// What has been learned since the last call.
    func takeLearned() -> [SchemaChange] {
        defer { learned.removeAll() }
        return learned
    }
}
