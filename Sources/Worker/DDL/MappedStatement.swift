package import SyncModel
import WorkerBinlog
package import WorkerSchema

/// A definition statement in the words of the target: names mapped, tables that are not synced left out.
package struct MappedStatement: Sendable {
    /// As it is to be executed.
    package var bytes: [UInt8]
    /// Where names and texts end in it, by the mode of the session that executes it.
    let dialect: SQLDialect
    /// The session's database for it; nil when it needs none.
    package var database: String?
    /// What it may change, by the target's names.
    package var tables: [TableName]
    package var changedDatabase: String?
    /// For a RENAME, which table gets which name, by the target's names.
    package var renames: [TableName: TableName] = [:]
    /// The kind as a task selects it.
    package var kind: SyncModel.DDLKind

    /// It removes values without a trace in the definitions, so to execute it twice does harm.
    package var mayReplaceRows: Bool {
        let tokens = tokens
        switch kind {
        case .truncate: return true
        case .createTable: return tokens.count > 2 && tokens[1].isWord("OR") && tokens[2].isWord("REPLACE")
        case .alterTable:
            // Partitions that are emptied; a column that is dropped and added again.
            let verbs = tokens.items.compactMap { item in
                item.first { token in ["ADD", "DROP", "TRUNCATE"].contains { token.isWord($0) } }
            }
            return verbs.contains { $0.isWord("TRUNCATE") } || verbs.contains { $0.isWord("ADD") } && verbs.contains { $0.isWord("DROP") }
        default: return false
        }
    }

    /// Whether one of these words stands in it, given in upper case, with or without quotes.
    package func mentions(anyOf words: Set<String>) -> Bool {
        tokens.contains { words.contains($0.text.uppercased()) }
    }

    var tokens: [SQLToken] { SQLToken.all(of: bytes, dialect) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Why a statement that concerns synced objects cannot be carried over.
    package struct Refusal: Error {
        package var reason: String
    }

    /// - Returns: nil when nothing of it concerns the task.
    /// - Throws: ``Refusal``.
    ///
    /// - Parameter knowsConditions: whether the target's RENAME TABLE has IF EXISTS (MariaDB).
    package init?(_ statement: DDLStatement, objects: ObjectMap, knowsConditions: Bool = true) throws {
        guard let kind = Self.kind(statement) else { return nil }
        self.kind = kind
        dialect = statement.dialect
        database = statement.sessionDatabase.isEmpty ? nil : objects.targetDatabase(of: statement.sessionDatabase)
        tables = []
        bytes = []
        var edits: [(range: Range<Int>, text: String)] = []
        if let name = statement.database {
            guard let target = objects.targetDatabase(of: name), objects.isWhole(name) else { return nil }
            changedDatabase = target
            if let range = statement.databaseRange { edits.append((range, quoteIdentifier(target))) }
            if let prefix = statement.settingsRange { edits.append((prefix, "")) }
            bytes = Self.edited(statement.bytes, edits)
            return
        }
        if statement.exchangesPartition {
            throw Refusal(reason: "EXCHANGE PARTITION cannot be told from what it leaves behind")
        }
        if statement.subjects.contains(where: { objects.target(of: $0) != nil }), let reason = statement.reach { throw Refusal(reason: reason) }
        if let sequence = statement.sequenceOfDefault, statement.subjects.contains(where: { objects.target(of: $0) != nil }) {
            throw Refusal(reason: "a column takes its default from the sequence \(sequence), and sequences are not carried over")
        }
        try Self.requireSameColumns(statement, objects)
        let fillings = statement.fillings
        if let subject = statement.references.first?.table, objects.target(of: subject) != nil {
            if fillings.values.contains(.numbered) {
                throw Refusal(reason: "it numbers rows that are there, which the target may have in another order")
            }
            if fillings.values.contains(.random) {
                throw Refusal(reason: "it fills rows that are there with values that the target would make others of")
            }
        }
        switch (statement.kind.verb, statement.kind.object) {
        case (.drop, .table), (.drop, .view): try drop(statement, objects)
        case (.rename, .table): try rename(statement, objects, isConditional: statement.isConditional && knowsConditions)
        case (_, .view): try view(statement, objects)
        default: try table(statement, objects)
        }
        if tables.isEmpty { return nil }
    }

    /// nil: of no kind that a task can select.
    package static func kind(_ statement: DDLStatement) -> SyncModel.DDLKind? {
        switch (statement.kind.verb, statement.kind.object) {
        case (.create, .table): .createTable
        case (.alter, .table): .alterTable
        case (.drop, .table): .dropTable
        case (.rename, .table): .renameTable
        case (.truncate, .table): .truncate
        case (.create, .index): .createIndex
        case (.drop, .index): .dropIndex
        case (.create, .view), (.alter, .view): .createView
        case (.drop, .view): .dropView
        case (.create, .database): .createDatabase
        case (.alter, .database): .alterDatabase
        case (.drop, .database): .dropDatabase
        default: nil
        }
    }

    /// One subject, which keeps its place in the text.
    private mutating func table(_ statement: DDLStatement, _ objects: ObjectMap) throws {
        var edits: [(range: Range<Int>, text: String)] = []
        for reference in statement.references {
            let target = objects.target(of: reference.table)
            switch reference.role {
            case .subject:
                guard let target else {
                    // A table that comes to be synced by its new name has rows that the target lacks.
                    if let new = statement.references.first(where: { $0.role == .newName }),
                        objects.target(of: new.table) != nil
                    {
                        throw Refusal(reason: "\(reference.table), which is not synced, becomes \(new.table), which is")
                    }
                    return
                }
                tables.append(target)
            case .newName:
                guard let target else {
                    throw Refusal(reason: "\(reference.table) is not synced, so the table would be lost to the task")
                }
                tables.append(target)
            case .model:
                guard target != nil else { throw Refusal(reason: "its model \(reference.table) is not synced") }
            case .parent: break
            }
            guard let target else { continue }
            edits.append((reference.range, target.quoted))
        }
        if let start = statement.transactionRange { edits.append((start, "")) }
        if let prefix = statement.settingsRange { edits.append((prefix, "")) }
        edits += statement.engines.map { ($0, "InnoDB") }
        bytes = Self.edited(statement.bytes, edits)
    }

    private mutating func drop(_ statement: DDLStatement, _ objects: ObjectMap) throws {
        let isView = statement.kind.object == .view
        for reference in statement.references {
            if statement.sequences.contains(reference.table) { continue }
            if let target = isView ? objects.targetOfView(reference.table) : objects.target(of: reference.table) {
                tables.append(target)
            }
        }
        guard let first = statement.references.first, let last = statement.references.last, !tables.isEmpty else {
            return
        }
        bytes = Self.edited(
            statement.bytes,
            [(first.range.lowerBound..<last.range.upperBound, tables.map(\.quoted).joined(separator: ", "))]
                + [statement.settingsRange].compactMap(\.self).map { ($0, "") }
        )
    }

    private mutating func rename(_ statement: DDLStatement, _ objects: ObjectMap, isConditional: Bool) throws {
        for table in statement.renamed where !statement.sequences.contains(table.old) {
            switch (objects.target(of: table.old), objects.target(of: table.new)) {
            case (nil, nil): continue
            case (let old?, let new?):
                tables += [old, new]
                renames[old] = new
            case (nil, _?): throw Refusal(reason: "\(table.old), which is not synced, becomes \(table.new), which is")
            case (_?, nil): throw Refusal(reason: "\(table.old) becomes \(table.new), which is not synced")
            }
        }
        let pairs = statement.moves.compactMap { move -> String? in
            guard let old = objects.target(of: move.old), !statement.sequences.contains(move.old) else { return nil }
            // A name that only serves within the statement need not be synced by itself.
            func name(_ table: TableName) -> String {
                (objects.target(of: table)
                    ?? TableName(database: objects.targetDatabase(of: table.database) ?? old.database, table: table.table)).quoted
            }
            return "\(name(move.from)) TO \(name(move.to))"
        }
        let condition = isConditional ? "IF EXISTS " : ""
        bytes = Array("RENAME TABLE \(condition)\(pairs.joined(separator: ", "))".utf8)
    }

    private mutating func view(_ statement: DDLStatement, _ objects: ObjectMap) throws {
        guard let subject = statement.references.first, let target = objects.targetOfView(subject.table) else { return }
        guard !objects.renamesTables else {
            throw Refusal(reason: "the task gives tables or columns other names, which a view's text does not know")
        }
        tables = [target]
        var edits: [(range: Range<Int>, text: String)] = [(subject.range, target.quoted)]
        if let prefix = statement.settingsRange { edits.append((prefix, "")) }
        let tokens = statement.tokens
        for place in statement.body..<tokens.count
        where place + 1 < tokens.count && tokens[place + 1].isPunctuation(".") {
            guard place == 0 || !tokens[place - 1].isPunctuation("."), let name = tokens[place].identifier.map(dialect.folded),
                let mapped = objects.targetDatabase(of: name), mapped != name
            else { continue }
            edits.append((tokens[place].range, quoteIdentifier(mapped)))
        }
        bytes = Self.edited(statement.bytes, edits)
    }

    static func edited(_ bytes: [UInt8], _ edits: [(range: Range<Int>, text: String)]) -> [UInt8] {
        var result = bytes
        for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            result.replaceSubrange(edit.range, with: Array(edit.text.utf8))
        }
        return result
    }
}
