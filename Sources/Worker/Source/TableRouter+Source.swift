import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerDDL
import WorkerSchema

/// What the source's tables were where the log has their rows.
///
/// Rows that name their columns (`binlog_row_metadata=FULL`) are believed, whatever was known before. Otherwise the names come from a server,
/// and the source is asked again whenever it has opened the table anew: a definition that changed without a statement in the log, or that
/// only seems to be known, must not put values into other columns.
extension TableRouter {
    func definition(of table: TableName, _ map: TableMap, _ reading: ReadingPlace) throws -> TableDefinition {
        let names = map.columns.compactMap(\.name)
        if map.hasColumnNames, names.count == map.columns.count { return try named(table, names, map) }
        if case .known(let known) = history.definition(of: table), known.fits(map) {
            try prove(known, reading)
            return try logged(map, known)
        }
        let found = try learn(table, map, reading)
        note(.defined(table, found))
        return try logged(map, found)
    }

    private func named(_ table: TableName, _ names: [String], _ map: TableMap) throws -> TableDefinition {
        if case .known(let known) = history.definition(of: table), known.columns.map(\.name) == names {
            return try LoggedTable(map: map, names: names, described: [known], source: source).definition()
        }
        var described = [try source?.now(table)].compactMap(\.self)
        switch history.definition(of: table) {
        case .known(let before), .unclear(_, let before?): described.append(before)
        case .unclear, .unknown: break
        }
        let isHidden = names.contains { name in
            name.hasPrefix("DB_ROW_HASH_") && !described.contains { $0.index(ofColumn: name) != nil }
        }
        if isHidden { throw Self.hiddenColumn(table) }
        let definition = try LoggedTable(map: map, names: names, described: described, source: source).definition()
        note(.defined(table, definition))
        return definition
    }

    private func logged(_ map: TableMap, _ known: TableDefinition) throws -> TableDefinition {
        try LoggedTable(map: map, names: known.columns.map(\.name), described: [known], source: source).definition()
    }

    /// - Throws: ``Failure`` `schema-mismatch` when the source has other columns by now and no statement in the log says why.
    private func prove(_ known: TableDefinition, _ reading: ReadingPlace) throws {
        guard let source, let now = try source.now(known.name, behind: reading.place), !now.hasSameColumns(as: known) else { return }
        if try source.isChanged(known.name, behind: reading) { return }
        throw Self.mismatch(
            known.name,
            "the source has changed its columns without a statement in its log (from \(list(known)) to \(list(now))), and rows do not name theirs",
            remedy: Self.adoption)
    }

    /// No rows need to be copied again.
    private static let adoption =
        "SET GLOBAL binlog_row_metadata = FULL on the source, so that this does not come again; then 'task adopt-definitions', which shows what the "
        + "source says now and goes by it"

    private func list(_ definition: TableDefinition) -> String { definition.columns.map(\.name).joined(separator: ", ") }

    private func learn(_ table: TableName, _ map: TableMap, _ reading: ReadingPlace) throws -> TableDefinition {
        let history = history
        let found = try source?.table(table, at: reading) { connection in
            if case .unclear(let by?, _) = history.definition(of: table) { return by == connection }
            return history.openStatement(connection: connection) != nil
        }
        if let found, found.fits(map) { return found }
        if let found, found.hasHiddenColumns { throw Self.hiddenColumn(table) }
        throw Self.mismatch(
            table, "the log has rows whose columns at that time are not known: they do not name them, and "
                + (found == nil
                    ? "the source has redefined the table once more by now"
                    : "what the source says of it now does not fit them"),
            remedy: "\(Self.adoption); where it says that it cannot, \(Failure.startOver)")
    }

    /// MariaDB keeps the hash of a whole text there, for a unique key over it.
    private static func hiddenColumn(_ table: TableName) -> Failure {
        Failure(
            .typeUnsupported, "a unique key of table \(table) is over a whole text, which adds a hidden column to the log",
            remedy: "index a prefix of the text, or take the table out of the task's objects; then delete the task and create it anew with "
                + "'initialization: [structure, data]'")
    }

    private static func mismatch(_ table: TableName, _ found: String, remedy: String) -> Failure {
        TableRoute.mismatch(table, found, remedy: remedy)
    }

    /// Whether a table has the same columns on both sides, so that it still has after both have executed a statement.
    ///
    /// - Parameter isCreated: the statement makes it, so it must not be there.
    func isAlike(_ source: TableName, _ target: TableName, isCreated: Bool) throws -> Bool {
        // Servers of two kinds call types, collations and what they make of a statement by other names.
        guard isOneKind, objects.columns(of: source).isIdentity else { return false }
        if isCreated, try !haveSameDefaults(source.database, target.database) { return false }
        let onTarget = try onTarget.table(target)
        switch history.definition(of: source) {
        case .known(let known): return !isCreated && onTarget.map { $0.hasSameColumns(as: known) } ?? false
        case .unknown: return isCreated && onTarget == nil
        case .unclear: return false
        }
    }

    /// The engine of the statement's table on the source, where that passes foreign keys over and the statement defines one without a word about
    /// engines: the table had another one, or the author's session has.
    func engineWithoutForeignKeys(of statement: DDLStatement) throws -> String? {
        guard statement.definesForeignKeyForAnyEngine, let subject = statement.references.first?.table else { return nil }
        // Of a table that is gone by now nobody asks any more.
        guard let engine = try source?.now(statement.renamed.first?.new ?? subject)?.engine, !engine.isEmpty else { return nil }
        return DDLStatement.passesForeignKeysOver(engine) ? engine : nil
    }

    /// Columns of a table that is made get the character set of their database where they name none.
    private func haveSameDefaults(_ source: String, _ target: String) throws -> Bool {
        func question(_ database: String) -> String {
            "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = \(quoteText(database))"
        }
        guard let there = try self.source?.value(question(source)) else { return false }
        return try onTarget.ask("reading a database's default") { try $0.value(question(target)) } == there
    }
}
