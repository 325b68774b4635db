import Logging
import SyncModel
import SyncMySQL
import SyncWire
import WorkerCheckpoint
import WorkerDDL
import WorkerLoad
import WorkerSchema
import WorkerSource

/// Takes a task from the objects that its checkpoint speaks of to those of its specification.
///
/// What is new is made on the target; then the stream goes on with the old objects up to a place of the source's log at
/// which the definitions of the new ones are known, and exactly there it goes over to them. Their rows are copied beside
/// the stream from then on. Each step may be repeated: until the last one is committed, the checkpoint speaks of the old
/// objects only.
///
/// In a pair what is new is made only behind that place. As soon as it is there, applications write to it; what the other half
/// brings of that is changed on the source, and such a change counts from the place on.
struct Changeover {
    let context: TaskContext
    let connections: TaskConnections
    let old: Coverage
    private var change: ObjectChange
    private static let rounds = 5

    /// - Throws: `not-allowed` when something is to be added to a task that is still at its beginning, or what stays is to be
    ///   synced otherwise.
    init(
        _ context: TaskContext, _ connections: TaskConnections, from old: Coverage, _ checkpoint: Checkpoint, _ source: Session
    ) throws {
        self.context = context
        self.connections = connections
        self.old = old
        change = try context.attempt(.source, "reading the list of tables") {
            try ObjectChange(from: old.objects, to: context.spec.objects, source)
        }
        let refusals = old.objects.refusals(of: context.spec.objects)
        if !refusals.isEmpty { throw refusal(refusals.joined(separator: "; ")) }
        guard !change.isEmpty else { return }
        if let obstacle = try pairObstacle(source) ?? keptByOther(source) {
            throw refusal(obstacle)
        } else if checkpoint.stage != .incremental || !old.isComplete {
            throw refusal("rows of others are still being copied")
        } else if let cascade = try unloggedCascade(source) {
            throw refusal(cascade)
        }
    }

    private func refusal(_ obstacle: String) -> Failure {
        Failure(
            .notAllowed, "the objects of task \(context.spec.name) cannot be changed now: \(obstacle)",
            remedy: "configure the task as it was before, and retry it")
    }

    private func pairObstacle(_ source: Session) throws -> String? {
        guard let pair = connections.configuration.pair else { return nil }
        return try context.attempt(.source, "reading definitions") {
            try change.obstacle(in: pair, context.spec, source)
        }
    }

    /// What the verification has asked, where both halves change at once: a-to-b goes over first.
    private func keptByOther(_ source: Session) throws -> String? {
        guard let pair = connections.configuration.pair, pair.direction == .aToB else { return nil }
        let other = try context.attempt(.source, "reading what the other half carries") { try Coverage.read(task: pair.reverseTask, source) }
        let kept = other.map(change.kept) ?? []
        return kept.isEmpty ? nil : "the other half of the pair has not left these yet: \(kept.joined(separator: ", "))"
    }

    private func unloggedCascade(_ source: Session) throws -> String? {
        try context.attempt(.source, "reading foreign keys") {
            try change.unloggedCascades(source, context.sourceProfile).first.map {
                "the source does not log what the foreign key of \($0.child) to \($0.parent) changes"
            }
        }
    }

    /// Whether more is selected than before, so that there is a place from which on its log counts. What is not on the source now
    /// may be in its log all the same: written before the change, and dropped.
    var adds: Bool { !change.isEmpty || old.objects.growsTo(context.spec.objects) }

    /// Where the stream goes over, and the definitions of tables there that it has not followed so far.
    struct Place {
        var position: BinlogPosition
        var definitions: [TableName: TableDefinition]
    }

    private var isMadeLater: Bool { context.reverseTask != nil }

    /// Makes what is new on the target, unless that comes later, and finds the place for the change.
    ///
    /// What comes up on the source meanwhile is made too: at the place, the target has to have all that is selected there.
    mutating func prepare(_ source: Session) throws -> Place {
        if isMadeLater { return try findPlace(source) }
        for _ in 0..<Self.rounds {
            if context.spec.initialization.contains(.structure), !change.isEmpty {
                try StructureInitializer(context, only: change.sources, newDatabases: Set(change.databases)).run()
            }
            let made = change.sources
            let place = try findPlace(source)
            if change.sources.isSubset(of: made) { return place }
        }
        throw Failure(
            .schemaMismatch, "new tables keep coming up on the source while objects are added to task \(context.spec.name)",
            remedy: "nothing, it is tried again; or stop the statements that create tables", kind: .transient)
    }

    private mutating func findPlace(_ source: Session) throws -> Place {
        let (position, definitions) = try context.attempt(.source, "reading its position") {
            try connections.begin(source, context.sourceProfile)
        }
        change = try context.attempt(.source, "reading the list of tables") {
            try ObjectChange(from: old.objects, to: context.spec.objects, source)
        }
        if let cascade = try unloggedCascade(source) { throw refusal(cascade) }
        return Place(
            position: BinlogPosition(file: position.file, offset: position.offset),
            definitions: definitions.filter { change.databases.contains($0.key.database) })
    }

    /// The task as it was, for the stream up to the place of the change.
    var before: TaskContext {
        var before = context
        before.spec.objects = old.objects
        before.objects = ObjectMap(old.objects)
        return before
    }

    /// Whether the other half of a pair carries what this one is about to bring to its source: what is changed there of it would be
    /// lost otherwise. Of the two halves a-to-b goes over first, and waits for the other one before it makes anything.
    ///
    /// - Parameter source: a session that is asked.
    func mayBegin(_ source: Session) throws -> Bool {
        guard connections.configuration.pair?.direction == .bToA else { return true }
        return try OtherHalf(context).carriesAll(source)
    }

    /// Goes over, in one transaction.
    func commit(_ definitions: [TableName: TableDefinition], _ checkpoint: Checkpoint, _ target: Session) throws -> Coverage {
        let added = change.tables.map(\.source)
        let state = LoadState(task: context.taskID)
        return try context.attempt(.target, "going over to other objects") {
            let known = try state.noted(target)
            let left = known.filter { !context.objects.selects($0) }
            var new = Coverage(objects: context.spec.objects, joining: old.joining.filter(context.objects.selects))
            new.loadConflicts = old.joining.isEmpty ? try DataLoader.conflicts(task: context.taskID, target) : old.loadConflicts
            // In a pair both halves copy what is there: one that only followed its log would bring what was written here before the
            // other half follows, and miss what came of it there.
            if context.spec.initialization.contains(.data) || context.reverseTask != nil { new.joining += added }
            new.unmade = old.unmade
            new.unmade?.objects.removeAll { !context.objects.selects($0) }
            new.unmade?.databases.removeAll { context.objects.selection($0) == nil }
            if new.unmade.map({ $0.objects.isEmpty && $0.databases.isEmpty }) == true { new.unmade = nil }
            if isMadeLater, !change.isEmpty, context.spec.initialization.contains(.structure) {
                new.unmade = Coverage.Unmade(objects: change.sources.sorted { $0.description < $1.description }, databases: change.databases)
            }
            var checkpoint = checkpoint
            checkpoint.isJoining = !new.joining.isEmpty
            var statements = [SchemaTable.forgetStatement(task: context.taskID, otherThan: context.objects.databases)]
            statements += try SchemaTable.statements(task: context.taskID, definitions.map { .defined($0, $1) })
            for table in Set(added).union(left) { statements += state.forgetStatements(table) }
            // What is there before it is made is not the task's own.
            if new.unmade == nil { statements += added.map(state.noteStatement) }
            try target.execute("START TRANSACTION")
            try context.store.mark(target, lane: 0, transactions: 0, origins: context.sourceProfile.uuid, checkpoint: checkpoint)
            for statement in statements + [try new.statement(task: context.taskID)] { try target.execute(statement) }
            try target.execute("COMMIT")
            context.logger.notice("other objects are synced now", metadata: ["added": "\(added.count)", "left": "\(left.count)"])
            return new
        }
    }
}
