import Logging
import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// Which tables of the log are sequences (MariaDB). The log has no word for that: the source is asked, and statements are followed since.
///
/// Used on one thread.
final class SourceSequences {
    private let context: TaskContext
    private let history: SchemaHistory
    /// nil: not asked yet.
    private var known: Set<TableName>?
    /// Tables of a sequence's shape that the source has been asked about, by themselves.
    private var asked: [TableName: Bool] = [:]
    private var told: Set<TableName> = []

    /// - Parameter history: what it knows for tables are none; what the source says now may be of a later place of the log.
    init(_ context: TaskContext, _ history: SchemaHistory) {
        self.context = context
        self.history = history
    }

    private var mayExist: Bool { context.sourceProfile.isMariaDB && context.sourceProfile.isAtLeast(10, 3) }

    /// Those of a statement's tables that are sequences.
    func among(_ statement: DDLStatement) throws -> Set<TableName> {
        guard mayExist, statement.kind.object == .table, concernsObjects(statement) else { return [] }
        let known = try all()
        if known.isEmpty { return [] }
        var result = Set(statement.references.map(\.table)).intersection(known)
        // The source may have gone on to where it has the new name.
        for table in statement.renamed where known.contains(table.new) { result.insert(table.old) }
        return result.filter { !isTable($0) }
    }

    /// Takes the effect of a statement.
    func follow(_ statement: DDLStatement) {
        guard mayExist else { return }
        for reference in statement.references { asked[reference.table] = nil }
        guard var known else { return }
        if let database = statement.database {
            if statement.kind.verb == .drop { known = known.filter { $0.database != database } }
        } else if statement.kind.verb == .create, let subject = statement.references.first?.table {
            if statement.isOfSequences { known.insert(subject) } else if statement.kind.object == .table { known.remove(subject) }
        } else if statement.kind.verb == .drop, statement.kind.object == .table || statement.kind.object == .sequence {
            known.subtract(statement.subjects)
        } else {
            let renamed = statement.renamed
            known.subtract(renamed.map(\.old))
            known.subtract(renamed.map(\.new))
            known.formUnion(renamed.filter { statement.sequences.contains($0.old) }.map(\.new))
        }
        self.known = known
    }

    /// Whether these rows are a sequence's, whose name is told once.
    func hold(_ map: TableMap) throws -> Bool {
        guard mayExist, map.hasShapeOfSequence else { return false }
        let table = TableName(database: map.database, table: map.table)
        guard context.objects.target(of: table) != nil, !isTable(table), try isSequence(table) else { return false }
        if told.insert(table).inserted {
            context.logger.notice("the values of a sequence are not carried over", metadata: ["sequence": "\(table)"])
        }
        return true
    }

    private func isTable(_ name: TableName) -> Bool {
        if case .known = history.definition(of: name) { true } else { false }
    }

    private func isSequence(_ table: TableName) throws -> Bool {
        if try all().contains(table) { return true }
        if let answer = asked[table] { return answer }
        // What is gone by now is no table that anybody could still compare.
        let place = "TABLE_SCHEMA = \(quoteText(table.database)) AND TABLE_NAME = \(quoteText(table.table))"
        let answer = try ask("\(place) AND TABLE_TYPE <> 'SEQUENCE'").isEmpty
        asked[table] = answer
        return answer
    }

    private func all() throws -> Set<TableName> {
        if let known { return known }
        let databases = context.objects.databases.map(quoteText).joined(separator: ", ")
        let found = databases.isEmpty ? [] : try ask("TABLE_SCHEMA IN (\(databases)) AND TABLE_TYPE = 'SEQUENCE'")
        known = found
        return found
    }

    private func ask(_ condition: String) throws -> Set<TableName> {
        // On a new session each time: the name of a source may lead to another server by now.
        try context.attempt(.source, "reading its list of sequences") {
            let rows = try Session(context.source).rows("SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE \(condition)")
            return Set(rows.compactMap { row in row[0].flatMap { database in row[1].map { TableName(database: database, table: $0) } } })
        }
    }

    private func concernsObjects(_ statement: DDLStatement) -> Bool {
        statement.references.contains { context.objects.target(of: $0.table) != nil }
    }
}
