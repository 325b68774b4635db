import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSchema
import WorkerDDL
import WorkerSource

/// Definition statements, each exactly once.
///
/// A statement commits by itself. So its note is committed first, with the origin mark and what was there before; then it
/// is executed; then the note is closed together with the checkpoint that passes it. After a crash in between, the note
/// tells whether the statement took effect: what it changes has changed, or the target's log holds it, which also knows of
/// those that leave no trace in a definition (TRUNCATE).
extension SegmentApplier {
    func define(_ segment: ChangeSegment) throws {
        guard let definition = segment.definition else { return }
        cascades.forget()
        var next = checkpoint
        var reached = position
        for mark in segment.marks { advance(&next, &reached, mark) }
        next.position = reached.position
        // When rows follow in the same transaction, that is counted with them.
        let transactions: UInt64 = segment.marks.isEmpty ? 0 : 1
        next.counts.transactions += transactions
        next.counts.ddl += 1
        let executor = DefinitionExecutor(context)
        let change = try executor.settlingDefiner(definition, session)
        let known = try context.attempt(.target, "reading the statement's note") {
            try StatementRecord.read(task: context.taskID, session)
        }
        // What has begun of a statement says nothing of its replacement, even of one with the same text.
        let place = change.isReplacement ? "\(change.place) (replacement)" : change.place
        // The text of the same statement may be another one in another version.
        if let known, known.place == place, !change.isReplacement || known.statement == change.statement.text {
            if known.state == .done, segment.marks.isEmpty {
                _ = try tell(known, change)
                return
            }
            if known.state == .begun {
                if try executor.tookEffect(known, change, session) {
                    return try close(known, change, segment, next, reached, transactions)
                }
            }
        } else if let known, known.state == .begun {
            // It must not go on beside what has been decided instead.
            try executor.endConnection(known, session)
        }
        let connection = try executor.connect()
        let before = try executor.description(of: change.statement, connection)
        try executor.prepare(connection, for: change, zone: try StatementZone(context).words(for: change))
        let note = StatementRecord(
            state: .begun,
            place: place,
            connection: connection.connectionID,
            origins: segment.origins,
            statement: change.statement.text,
            before: before,
            end: change.end,
            sourceServer: context.sourceProfile.server,
            targetStart: try StatementTrace(context).start(session),
            targetServer: context.targetProfile.server,
            alike: change.alike
        )
        try marked("noting a statement", checkpoint, origins: segment.origins) {
            try writeSchema([])
            try session.execute(try note.noteStatement(task: context.taskID))
        }
        pendingSchema.removeAll()
        unsaved = .nothing
        do {
            try executor.execute(change, connection)
        } catch let failure as Failure where failure.code == .ddlFailed {
            // Somebody will mend what was in the way; that is no effect of the statement.
            try refuse(note)
            throw failure
        }
        try close(note, change, segment, next, reached, transactions)
    }

    private func refuse(_ note: StatementRecord) throws {
        var note = note
        note.state = .refused
        try marked("noting a statement", checkpoint, origins: note.origins) {
            try session.execute(try note.noteStatement(task: context.taskID))
        }
    }

    /// Tells the reader what the statement has made of the source's tables.
    ///
    /// - Returns: what the target's tables are now, and what that says of the source's.
    private func tell(_ note: StatementRecord, _ change: DefinitionChange) throws -> (now: [TableDefinition], learned: [TableDefinition]) {
        let now = try context.attempt(.target, "reading definitions") { try SchemaReader(session).tables(change.statement.tables) }
        let learned = now.compactMap { definition -> TableDefinition? in
            // As it was before the statement was begun, which a worker before this one may have done.
            guard let name = note.alike[definition.name] else { return nil }
            var definition = definition
            definition.name = name
            return definition
        }
        change.outcome.tell(learned)
        return (now, learned)
    }

    private func close(
        _ note: StatementRecord,
        _ change: DefinitionChange,
        _ segment: ChangeSegment,
        _ next: Checkpoint,
        _ reached: AppliedPosition,
        _ transactions: UInt64
    ) throws {
        var note = note
        note.state = .done
        let learned: [TableDefinition]
        (note.definitions, learned) = try tell(note, change)
        try marked("noting a statement", next, transactions: transactions, origins: segment.origins) {
            try writeSchema(segment.marks)
            // Without a mark it is kept with the rows that follow.
            if !segment.marks.isEmpty { try write(learned.map { .defined($0.name, $0) }) }
            try session.execute(try note.noteStatement(task: context.taskID))
        }
        commit(next, reached, segment.marks)
        self.note(arrivals: segment.marks)
    }
}
