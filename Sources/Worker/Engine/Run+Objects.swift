import Logging
import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema

/// What a run does before it streams, where its task's objects are others than those of the checkpoint.
extension Run {
    /// Sees to it that the checkpoint speaks of the objects of the specification.
    func goOver(_ context: TaskContext, _ prepared: inout TaskConnections.Prepared) throws -> Coverage {
        let (connections, source, target) = (prepared.connections, prepared.source, prepared.target)
        let known = try context.attempt(.target, "reading which objects the task has synced") {
            try Coverage.read(task: context.taskID, target)
        }
        guard let known else {
            // An earlier version began it; it could not change its objects.
            let coverage = Coverage(objects: context.spec.objects)
            try context.attempt(.target, "noting the task's objects") {
                try target.execute(try coverage.statement(task: context.taskID))
            }
            return coverage
        }
        if known.objects == context.spec.objects {
            try forgetUnselected(context, target)
            return known
        }
        var changeover = try Changeover(context, connections, from: known, prepared.checkpoint, source)
        guard changeover.adds else { return try changeover.commit([:], prepared.checkpoint, target) }
        enter(.structure)
        if try !changeover.mayBegin(source) {
            context.logger.notice("the other half of the pair does not carry the added objects yet; what is synced already goes on")
            try goOn(changeover, &prepared) { $0.endsWhen = { try changeover.mayBegin(source) } }
        }
        // What the target deletes from now on it may have deleted before the place, and the source changed before that.
        if prepared.checkpoint.known == nil { try connections.learnKnown(&prepared) }
        let place = try changeover.prepare(source)
        try goOn(changeover, &prepared) { $0.end = place.position }
        return try changeover.commit(place.definitions, prepared.checkpoint, target)
    }

    /// Streams what is synced already, to an end that `limit` sets.
    private func goOn(_ changeover: Changeover, _ prepared: inout TaskConnections.Prepared, _ limit: (inout Stream) -> Void) throws {
        var stream = Stream(context: changeover.before, checkpoint: prepared.checkpoint, monitor: monitor, courier: courier)
        limit(&stream)
        prepared.checkpoint = try stream.run(prepared.target)
        try changeover.context.control.checkStop()
    }

    /// Makes what the task has gone over to, where that comes behind the change.
    func make(_ coverage: inout Coverage, _ context: TaskContext, _ prepared: TaskConnections.Prepared) throws {
        guard let unmade = coverage.unmade else { return }
        enter(.structure)
        // From the moment on at which they are there, applications may write to them.
        try OtherHalf(context).awaitAll(prepared.source)
        try StructureInitializer(context, only: Set(unmade.objects), newDatabases: Set(unmade.databases)).run()
        coverage.unmade = nil
        let statement = try coverage.statement(task: context.taskID)
        try save(context, prepared.checkpoint, prepared.target) { try prepared.target.execute(statement) }
    }

    /// What a change made that was taken back before it was complete is not this task's any more.
    private func forgetUnselected(_ context: TaskContext, _ target: Session) throws {
        let state = LoadState(task: context.taskID)
        try context.attempt(.target, "reading which objects the task has made") {
            for table in try state.noted(target) where !context.objects.selects(table) {
                for statement in state.forgetStatements(table) { try target.execute(statement) }
            }
        }
    }

    /// Copies the rows of tables that have joined the task, beside the stream. Those that cannot be copied so come first.
    func join(_ coverage: Coverage, _ context: TaskContext, _ prepared: TaskConnections.Prepared, _ stream: inout Stream) throws {
        enter(.data)
        let source = prepared.source
        let present = try context.attempt(.source, "reading the list of tables") {
            try SelectedTables(ObjectMap(context.spec.objects), source).tables
        }
        let joining = try Self.joining(coverage, among: present)
        var own = context
        own.spec.objects = context.spec.objects.only(joining.map(\.source))
        own.objects = ObjectMap(own.spec.objects)
        try OtherHalf(context).awaitAll(source)
        _ = try DataLoader(own, tables: .unmergeable).run { [monitor] in monitor.update(load: $0) }
        let merge = MergeLoad(joining: own, Set(joining.map(\.target)), knownConflicts: coverage.loadConflicts)
        try merge.start(source, from: prepared.checkpoint.known) { [monitor] in monitor.update(load: $0) }
        stream.merge = merge
        var joined = coverage
        joined.joining = []
        stream.whenLoaded = [try joined.statement(task: context.taskID)]
        stream.onLoaded = { [self] in enter(.incremental) }
    }

    /// - Throws: `schema-mismatch` when the source does not have one of them any more under its name.
    private static func joining(_ coverage: Coverage, among present: [SelectedTables.Table]) throws(Failure) -> [SelectedTables.Table] {
        let gone = Set(coverage.joining).subtracting(present.map(\.source)).map(\.description).sorted()
        guard gone.isEmpty else {
            throw Failure(
                .schemaMismatch,
                "no longer on the source, by these names, and not all of their rows were copied: \(gone.joined(separator: ", "))",
                remedy: "configure the task without these tables, retry it, then add again what is still wanted")
        }
        return present.filter { coverage.joining.contains($0.source) }
    }
}
