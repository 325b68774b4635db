import Logging
import SyncModel
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// Changes of rows that were logged as statements. Of those that may change synced tables the rows are not known.
extension TransactionAssembler {
    mutating func takeChange(_ query: QueryEvent, _ text: StatementText?) throws {
        open?.statements += 1
        let id = changeID(query)
        switch decisions[id] {
        case .skip:
            context.logger.notice("statement left out, as the operator decided", metadata: ["place": "\(placeOfTransaction)"])
        case .replace:
            throw stop(query, id, StatementDanger("and a definition statement, given in its place, cannot stand for what it did to rows"))
        case nil:
            if let danger = try danger(of: query, text) { throw stop(query, id, danger) }
        }
        try endStatement()
    }

    /// The same text may stand twice in a transaction.
    private func changeID(_ query: QueryEvent) -> StatementID {
        StatementID(place: "\(placeOfTransaction)/\(open?.statements ?? 0)", statement: query.statement)
    }

    /// Why it may change synced tables; nil: it cannot.
    private func danger(of query: QueryEvent, _ text: StatementText?) throws -> StatementDanger? {
        if let doubt = text?.doubt, mayConcernTask(text, query) { return StatementDanger("and \(doubt)") }
        guard let text, let statement = RowStatement(text.bytes, sessionDatabase: query.database, dialect: text.dialect) else {
            return touchesObjects(query) ? StatementDanger("and its form is not known to this version") : nil
        }
        for table in statement.changed where context.objects.maySync(table) {
            // A name that no table has had may be a temporary table's; the source is asked.
            if case .unknown = history.definition(of: table) { continue }
            return StatementDanger("it changes \(table)")
        }
        if let danger = try reach.reason(tables: Set(statement.changed), calls: statement.calls, isSynced: context.objects.maySync) { return danger }
        // What the source says now is what it was only if nothing has been redefined since.
        return try reach.isSettled(behind: readingPlace, about: Set(statement.changed))
            ? nil : StatementDanger("and what it makes work cannot be told any more: definitions have changed since")
    }

    /// Its first words: what follows may be values of rows.
    private static func told(_ query: QueryEvent) -> String {
        let words = query.text.split(maxSplits: 8, whereSeparator: \.isWhitespace).prefix(8)
        let head = words.prefix { word in !word.contains { "('\"=".contains($0) } && word.first?.isNumber != true }
        return head.joined(separator: " ") + " …"
    }

    private func stop(_ query: QueryEvent, _ id: StatementID, _ danger: StatementDanger) -> Failure {
        // What is done by hand must not come back.
        let session = context.reverseTask == nil ? "" : ", in a session with SET sql_log_bin = 0,"
        let byHand =
            "SET binlog_format = ROW in every session that writes; then make on the target\(session) the changes that this statement made in "
            + "synced tables, if any, and leave it out with 'task skip-statement'; where that cannot be told any more, \(Failure.startOver)"
        return Failure(
            .statementFormat,
            "the source logged a change as a statement instead of rows (database \(query.database), \(placeOfTransaction)), \(danger.reason): "
                + Self.told(query),
            remedy: danger.grant.map { "\($0) on the source, so that it can be told, and retry the task; or \(byHand)" } ?? byHand,
            statement: id.description)
    }
}

extension ObjectMap {
    /// Whether a base table of this name belongs to the task, on a server of either way with capital letters.
    func maySync(_ table: TableName) -> Bool {
        let (database, name) = (table.database.lowercased(), table.table.lowercased())
        return databases.contains { synced in
            guard synced.lowercased() == database, let selection = selection(synced) else { return false }
            guard let tables = selection.tables else { return selection.views == nil }
            return tables.contains { $0.name.lowercased() == name }
        }
    }
}
