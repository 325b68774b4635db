import SyncModel
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// Definition statements in the log: followed in the history, carried over when the task does that, and dropped when they
/// came from the target.
extension TransactionAssembler {
    /// What a statement in the log is to this task.
    enum Fate {
        /// Somebody brought it here from the target.
        case looped
        case carried(DefinitionChange, origins: String)
        /// Not for the target; the history still takes it.
        case followed
        /// As above, but the task's objects are concerned.
        case notCarried
        /// The operator had it left out, and rows are gone on the source only.
        case leftOut
    }

    /// A definition statement as its servers read it; nil for what only begins or ends a transaction.
    func text(of query: QueryEvent) -> StatementText? {
        guard query.mayBeDefinition else { return nil }
        return StatementText(query.statement, query.kind, query.session, source: context.sourceProfile, target: context.targetProfile)
    }

    mutating func take(_ kind: WorkerBinlog.DDLKind, _ text: StatementText?, _ query: QueryEvent, _ header: EventHeader) throws {
        // A statement with an error took effect nowhere, or only in part: IF EXISTS, several tables in one DROP.
        var statement = text.flatMap {
            DDLStatement($0.bytes, kind: kind, sessionDatabase: query.database, dialect: $0.dialect)
        }
        if let found = statement { statement?.sequences = try sequences.among(found) }
        // Definitions may be others from here on.
        forgetTables(statement, kind)
        if kind.object != .temporaryTable { reach.forget() }
        let fate = try fate(of: statement, kind, text, query, header)
        if case .carried(var change, let origins) = fate {
            if let statement, !change.isReplacement { change.alike = try alike(under: statement) }
            let changes = follow(statement, query)
            try carry(
                change,
                changes,
                origins,
                staysOpen: statement?.opensTransaction == true || isInExplicitTransaction
            )
            if statement?.opensTransaction == true { noteExplicitTransaction() }
            return
        }
        let changes = follow(statement, query)
        if case .looped = fate {
            // From here on the source has executed it, though the mark that says so comes behind it.
            if let opened = history.openStatement(connection: query.threadID) { router.learn(sourceIsAt: opened.end) }
        } else {
            noteForeignChange()
        }
        switch fate {
        case .notCarried: noteUncarried(statement, query, header, isAlarm: statement?.isOfSequences != true)
        // The operator knows.
        case .leftOut: noteUncarried(statement, query, header, isAlarm: false)
        case .looped, .carried, .followed: break
        }
        note(changes)
        if statement?.opensTransaction == true {
            noteExplicitTransaction()
        } else {
            try endStatement()
        }
    }

    private mutating func follow(_ statement: DDLStatement?, _ query: QueryEvent) -> [SchemaChange] {
        guard let statement else { return [] }
        defer { sequences.follow(statement) }
        return statement.isOfSequences ? [] : history.follow(statement, by: query.threadID)
    }

    private func fate(
        of statement: DDLStatement?,
        _ kind: WorkerBinlog.DDLKind,
        _ text: StatementText?,
        _ query: QueryEvent,
        _ header: EventHeader
    ) throws -> Fate {
        var origins = context.sourceProfile.uuid
        if let known = knownOrigins(query) {
            let names = known.split(separator: ",").map(String.init)
            if names.contains(context.targetProfile.uuid) { return .looped }
            origins = (names + [context.sourceProfile.uuid]).joined(separator: ",")
        }
        if let decision = decisions[id(of: query)] { return try fate(by: decision, statement, query, header, origins) }
        if let doubt = text?.doubt, concernsRows(kind), mayConcernTask(text, query) {
            if context.spec.sql.ddl == .none { return .notCarried }
            throw refusal(query, doubt)
        }
        // Where the target gets the same foreign key, it does the same to the same rows.
        let followsCascades = context.reverseTask == nil && context.spec.sql.ddl == .all
        if let statement, statement.cascades, !context.sourceProfile.logsCascades, !followsCascades,
            statement.subjects.contains(where: { context.objects.target(of: $0) != nil })
        {
            throw refusal(
                query, "the source does not log what its foreign key changes",
                remedy: "drop the foreign key on the source again, then leave out both statements with 'task skip-statement'; while "
                    + "the source has it, what it changes is missing on the target"
            )
        }
        if let table = statement?.bringsIn(context.objects) {
            throw refusal(
                query, "\(table.old), which is not synced, becomes \(table.new), which is: its rows are not on the target",
                remedy: "when both tables had the same rows, as those of an online schema change have, do on the target what it did "
                    + "and leave the statement out with 'task skip-statement'; otherwise \(Failure.startOver)"
            )
        }
        try requireSelection(statement, query)
        let isForOthers = context.spec.sql.ddl == .none || statement?.isOfSequences == true
        if isForOthers { return concernsTask(statement, kind, query) ? .notCarried : .followed }
        guard let statement else {
            guard concernsRows(kind), touchesObjects(query) else { return .followed }
            throw refusal(query, "its form is not known to this version")
        }
        do {
            guard let mapped = try MappedStatement(statement, objects: context.objects, knowsConditions: context.targetProfile.isMariaDB) else {
                return .followed
            }
            guard context.spec.sql.ddl.includes(mapped.kind) else { return .notCarried }
            if text?.isUTF8 == false, mapped.tables.contains(where: { !$0.description.utf8.allSatisfy { $0 < 0x80 } }) {
                throw refusal(query, "it is not written in UTF-8, and names on the target are beyond ASCII")
            }
            if let engine = try router.engineWithoutForeignKeys(of: statement) { throw refusal(query, DDLStatement.foreignKeys(engine)) }
            if let table = statement.renamed.first(where: { history.isShared($0.new) }) {
                throw refusal(
                    query, "both sides write \(table.new), and what the target's writes until it has the other table would be lost",
                    remedy: "give an ALTER TABLE that makes the same change with 'task replace-statement', which keeps the target's rows; "
                        + "give the statement itself only if the target has not written the tables since the new one was begun"
                )
            }
            return .carried(
                DefinitionChange(
                    statement: mapped,
                    place: placeOfTransaction,
                    id: id(of: query),
                    session: text?.session ?? query.session,
                    errorCode: query.errorCode,
                    time: StatementTime(query, header),
                    end: place.position
                ),
                origins: origins
            )
        } catch let refusal as MappedStatement.Refusal {
            throw self.refusal(query, refusal.reason)
        }
    }

    func concernsRows(_ kind: WorkerBinlog.DDLKind) -> Bool { [.table, .index, .view, .database].contains(kind.object) }

    /// Of a statement whose names are not certain. Rather too often than too seldom.
    func mayConcernTask(_ text: StatementText?, _ query: QueryEvent) -> Bool {
        if touchesObjects(query) { return true }
        return text?.isUTF8 == false && context.objects.databases.contains { !$0.utf8.allSatisfy { $0 < 0x80 } }
    }

    /// The servers that a statement came through, when a task brought it to the source; nil for a user's.
    private func knownOrigins(_ query: QueryEvent) -> String? {
        history.openStatement(connection: query.threadID)?.origins ?? DDLMark.origins(of: query.text)
    }

    func refusal(_ query: QueryEvent, _ reason: String, remedy: String? = nil) -> Failure {
        Failure(
            .ddlUnsupported,
            "the source executed a statement that cannot be carried over (\(placeOfTransaction)), \(reason): \(query.text.prefix(500))",
            remedy: remedy
                ?? "give what stands for it on the target with 'task replace-statement', or execute that there by hand and leave "
                + "the statement out with 'task skip-statement'",
            statement: id(of: query).description
        )
    }

    // MARK: Handing over

    /// Whether a transaction is open that this statement is only a part of.
    var isInExplicitTransaction: Bool { open?.isExplicit == true }

    /// Where the open transaction is, as one word.
    var placeOfTransaction: String { (open?.id ?? .none).word(at: place) }

    /// Rows that came from the target: it writes the table too, which matters to those who carry definitions there.
    mutating func noteShared(_ map: TableMap) {
        let table = TableName(database: map.database, table: map.table)
        guard context.spec.sql.ddl != .none, !history.isShared(table), context.objects.target(of: table) != nil else { return }
        history.take(.shared(table))
        note([.shared(table)])
    }

    /// - Parameter statement: nil when its form is not known.
    mutating func forgetTables(_ statement: DDLStatement?, _ kind: WorkerBinlog.DDLKind) {
        if statement != nil || concernsRows(kind) { router.forget(statement) }
        maps.removeAll()
        prepared.forgetRows()
    }

    mutating func noteForeignChange() { open?.isForeign = true }

    mutating func noteExplicitTransaction() { open?.isExplicit = true }

    mutating func note(_ changes: [SchemaChange]) { open?.schema += changes }

    /// Hands a statement over and waits until the target has it: what follows is read with the target's new definitions.
    ///
    /// - Parameter staysOpen: rows follow in the same transaction, so the position does not move yet.
    mutating func carry(_ change: DefinitionChange, _ changes: [SchemaChange], _ origins: String, staysOpen: Bool) throws {
        var segment = ChangeSegment(extent: .definition, origins: origins, generation: router.generation)
        segment.definition = change
        note(changes)
        noteForeignChange()
        if !staysOpen, let open = self.open.take() {
            var mark = mark(for: open)
            mark.hasRows = true
            segment.marks = [mark]
        }
        try push(segment)
        guard queue.drain() else { throw Stopped() }
        let learned = change.outcome.definitions.map { SchemaChange.defined($0.name, $0) }
        learned.forEach(history.take)
        // Otherwise the applier has kept it with the statement.
        note(learned)
        // The target's definitions are others now.
        router.forget(change.statement)
        maps.removeAll()
        prepared.forgetRows()
    }

    /// Tables that the statement redefines and that have the same columns on both sides, by their names behind it: target's and source's.
    private func alike(under statement: DDLStatement) throws -> [TableName: TableName] {
        guard statement.kind.object == .table, statement.kind.verb == .create || statement.kind.verb == .alter,
            let subject = statement.references.first?.table, let target = context.objects.target(of: subject),
            try router.isAlike(subject, target, isCreated: statement.kind.verb == .create && !statement.replacesTable)
        else { return [:] }
        if let model = statement.references.first(where: { $0.role == .model })?.table {
            guard let onTarget = context.objects.target(of: model), try router.isAlike(model, onTarget, isCreated: false) else { return [:] }
        }
        let result = statement.renamed.first?.new ?? subject
        return context.objects.target(of: result).map { [$0: result] } ?? [:]
    }

    // MARK: Marks of other tasks

    /// A task notes a statement on its target, our source, before and after it executes it there.
    mutating func takeStatementMark(_ rows: RowsEvent, _ map: TableMap) throws {
        guard map.columns.count >= StatementColumn.minimumCount else { return }
        var cursor = try RowCursor(rows, layout: try RowLayout(map))
        while try cursor.next() {
            guard let image = cursor.after, let task = image.value(StatementColumn.task),
                let state = image.value(StatementColumn.state),
                let connection = image.value(StatementColumn.connection), connection.count == 8,
                let origins = image.value(StatementColumn.origins)
            else { continue }
            let name = String(decoding: task, as: UTF8.self)
            let change: SchemaChange
            if String(decoding: state, as: UTF8.self) == StatementRecord.State.begun.rawValue {
                let number = UInt64(littleEndian: connection.loadUnaligned(as: UInt64.self))
                change = .statementOpened(
                    task: name,
                    OpenStatement(
                        connection: UInt32(truncatingIfNeeded: number),
                        origins: String(decoding: origins, as: UTF8.self),
                        // Of another server's log, before a failover, it says nothing.
                        end: image.text(StatementColumn.sourceServer) == context.targetProfile.server
                            ? image.position(file: StatementColumn.file, offset: StatementColumn.fileOffset) ?? BinlogPosition()
                            : BinlogPosition()
                    )
                )
            } else {
                if let noted = image.noted { note(history.learn(noted.definitions, by: noted.connection)) }
                change = .statementClosed(task: name)
            }
            history.take(change)
            note([change])
        }
    }
}

extension SQLSelection.DDL {
    func includes(_ kind: SyncModel.DDLKind) -> Bool {
        switch self {
        case .none: false
        case .all: true
        case .kinds(let kinds): kinds.contains(kind.rawValue)
        }
    }
}
