import WorkerBinlog
package import WorkerSchema

/// What becomes of a table under statements that one server has executed and another has not: how a row that was written
/// under the old definition has to be written under the new one.
package struct TableLineage {
    package enum Fate: Sendable, Hashable {
        /// The table as it is afterwards. A column's ``TableDefinition/Column/origin`` is its place in the old definition.
        case table(TableDefinition)
        /// Dropped or emptied, and its rows with it.
        case gone
        /// Why rows cannot be carried over.
        case unclear(String)
    }

    package private(set) var fate: Fate
    /// Whether any statement concerned the table; the definition may look the same afterwards, for it does not tell all.
    package private(set) var isTouched = false
    private let isMariaDB: Bool

    /// - Parameter definition: as the rows have it, by the name that the table has where the statements were executed.
    package init(_ definition: TableDefinition, isMariaDB: Bool) {
        var definition = definition
        for place in definition.columns.indices { definition.columns[place].origin = place }
        fate = .table(definition)
        self.isMariaDB = isMariaDB
    }

    package mutating func follow(_ statement: DDLStatement, at time: StatementTime) {
        guard case .table(let definition) = fate else { return }
        if statement.database == definition.name.database, statement.kind.verb == .drop {
            fate = .gone
            return
        }
        guard statement.references.contains(where: { $0.role != .parent && $0.table == definition.name }) else { return }
        if bringsNewTable(definition.name, statement) { return }
        isTouched = true
        let isSubject = statement.references.contains { $0.role == .subject && $0.table == definition.name }
        if isSubject, statement.kind.verb == .truncate {
            fate = .gone
            return
        }
        if isSubject, statement.dropsPartition || statement.exchangesPartition {
            fate = .unclear("rows of its partitions were removed or exchanged")
            return
        }
        if isSubject, changesAdded(definition, statement) {
            fate = .unclear("a column that it had got was changed once more")
            return
        }
        let fillings = statement.fillings
        if isSubject, fillings.values.contains(where: { $0 != .moment }) {
            fate = .unclear("it has got a column whose values the server computes")
            return
        }
        fate = Self.fate(of: definition, statement, isMariaDB)
        if case .table(var after) = fate {
            for (name, filling) in fillings where filling == .moment {
                if let place = after.index(ofColumn: name), after.columns[place].origin == nil { after.columns[place].filledAt = time }
            }
            fate = .table(after)
        }
    }

    /// The table came to be by this statement, so there was none of its name: the other server made its own by itself, and
    /// those rows have never been anywhere else.
    private func bringsNewTable(_ name: TableName, _ statement: DDLStatement) -> Bool {
        switch statement.kind.verb {
        case .create: return statement.references.first?.table == name && !statement.movesRows
        case .rename, .alter:
            let renamed = statement.renamed
            return renamed.contains { $0.new == name } && !renamed.contains { $0.old == name }
        default: return false
        }
    }

    /// What an added column gives to rows is told by the statement that adds it, not by what becomes of its default later.
    private func changesAdded(_ definition: TableDefinition, _ statement: DDLStatement) -> Bool {
        let added = Set(definition.columns.filter { $0.origin == nil }.map { $0.name.lowercased() })
        guard !added.isEmpty, statement.kind.verb == .alter, statement.body < statement.tokens.count else { return false }
        return Array(statement.tokens[statement.body...]).items.contains { item in
            guard let verb = item.first, !verb.isWord("RENAME"), !verb.isWord("DROP"), !verb.isWord("ADD") else { return false }
            return item.contains { $0.identifier.map { added.contains($0.lowercased()) } ?? false }
        }
    }

    private static func fate(of definition: TableDefinition, _ statement: DDLStatement, _ isMariaDB: Bool) -> Fate {
        let names = statement.references.map(\.table) + [definition.name]
        let history = SchemaHistory(
            [definition.name: definition],
            databases: names.map(\.database),
            characterSets: [:],
            isMariaDB: isMariaDB
        )
        let changes = history.follow(statement)
        for case .defined(_, let after) in changes where after.columns.contains(where: { $0.origin != nil }) {
            return .table(after)
        }
        if changes.contains(where: { if case .unclear = $0 { true } else { false } }) {
            return .unclear("what a statement did to it is not known")
        }
        let isReplaced = changes.contains { change in
            switch change {
            case .defined(let name, _), .dropped(let name): name == definition.name
            default: false
            }
        }
        return isReplaced ? .gone : .table(definition)
    }
}
