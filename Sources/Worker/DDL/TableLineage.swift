import WorkerBinlog
package import WorkerSchema

/// What becomes of a table under statements that one server has executed and another has not: how a row that was written
/// under the old definition has to be written under the new one.
///
/// Statements tell names only. What they propose is proven by the columns that the server has which executed them.
package struct TableLineage {
    /// The table afterwards, as far as rows of the old one concern it.
    package struct Table: Sendable, Hashable {
        package var name: TableName
        /// What the columns that the rows have are called there, in the rows' order; nil: dropped.
        package var columns: [String?]
        /// Columns that the rows do not have.
        package var added: [Added] = []
    }

    /// A column that statements have added.
    package struct Added: Sendable, Hashable {
        package var name: String
        /// The statement that added it gave its own time to the rows that were there.
        package var filledAt: StatementTime?
    }

    /// Where rows of the table belong afterwards.
    package enum Fate: Sendable, Hashable {
        case table(Table)
        /// Dropped or emptied, and its rows with it.
        case gone
        /// Why rows cannot be carried over.
        case unclear(String)
    }

    package private(set) var fate: Fate
    /// Whether any statement concerned the table; it may look the same afterwards, for names do not tell all.
    package private(set) var isTouched = false

    /// - Parameters:
    ///   - table: where the statements were executed.
    ///   - columns: as the rows have them.
    package init(_ table: TableName, columns: [String]) { fate = .table(Table(name: table, columns: columns)) }

    package mutating func follow(_ statement: DDLStatement, at time: StatementTime) {
        guard case .table(let table) = fate else { return }
        if statement.database == table.name.database, statement.kind.verb == .drop {
            fate = .gone
            return
        }
        guard statement.references.contains(where: { $0.role != .parent && $0.table == table.name }) else { return }
        if bringsNewTable(table.name, statement) { return }
        isTouched = true
        guard statement.references.contains(where: { $0.role == .subject && $0.table == table.name }) else { return }
        switch (statement.kind.verb, statement.kind.object) {
        // What is created here replaces it.
        case (.truncate, .table), (.create, .table), (.drop, .table): fate = .gone
        case (.rename, .table): fate = .table(table.renamed(by: statement))
        case (.alter, .table): fate = altered(table, statement, time)
        default: break
        }
    }

    /// The table came to be by this statement, so there was none of its name: the other server made its own by itself, and
    /// those rows have never been anywhere else.
    private func bringsNewTable(_ name: TableName, _ statement: DDLStatement) -> Bool {
        switch statement.kind.verb {
        case .create: return statement.kind.object == .table && statement.references.first?.table == name && !statement.movesRows
        case .rename, .alter:
            let renamed = statement.renamed
            return renamed.contains { $0.new == name } && !renamed.contains { $0.old == name }
        default: return false
        }
    }

    private func altered(_ table: Table, _ statement: DDLStatement, _ time: StatementTime) -> Fate {
        if statement.dropsPartition || statement.exchangesPartition { return .unclear("rows of its partitions were removed or exchanged") }
        if changesAdded(table, statement) { return .unclear("a column that it had got was changed once more") }
        let fillings = statement.fillings
        if fillings.values.contains(where: { $0 != .moment }) { return .unclear("it has got a column whose values the server computes") }
        var after = table.renamed(by: statement)
        let changes = statement.columnNames
        for case .dropped(let name) in changes { after.drop(name) }
        after.rename(changes)
        for case .added(let name) in changes {
            after.add(name, filledAt: fillings[name.lowercased()] == .moment ? time : nil)
        }
        return .table(after)
    }

    /// What an added column gives to rows is told by the statement that adds it, not by what becomes of its default later.
    private func changesAdded(_ table: Table, _ statement: DDLStatement) -> Bool {
        let added = Set(table.added.map { $0.name.lowercased() })
        if added.isEmpty { return false }
        return statement.alterItems.contains { item in
            guard let verb = item.first, !verb.isWord("RENAME"), !verb.isWord("DROP"), !verb.isWord("ADD") else { return false }
            return item.contains { $0.identifier.map { added.contains($0.lowercased()) } ?? false }
        }
    }
}

extension TableLineage.Table {
    fileprivate func renamed(by statement: DDLStatement) -> Self {
        var result = self
        if let new = statement.renamed.first(where: { $0.old == name })?.new { result.name = new }
        return result
    }

    fileprivate mutating func drop(_ column: String) {
        if let place = place(of: column) { columns[place] = nil }
        added.removeAll { $0.name.lowercased() == column.lowercased() }
    }

    /// The names of one statement are exchanged at once: `RENAME COLUMN a TO b, RENAME COLUMN b TO a`.
    fileprivate mutating func rename(_ changes: [ColumnNameChange]) {
        let before = self
        for case .renamed(let old, let new) in changes {
            if let place = before.place(of: old) { columns[place] = new }
            if let place = before.added.firstIndex(where: { $0.name.lowercased() == old.lowercased() }) { added[place].name = new }
        }
    }

    /// One that is there already is not added (IF NOT EXISTS).
    fileprivate mutating func add(_ column: String, filledAt time: StatementTime?) {
        if place(of: column) != nil || added.contains(where: { $0.name.lowercased() == column.lowercased() }) { return }
        added.append(TableLineage.Added(name: column, filledAt: time))
    }

    private func place(of column: String) -> Int? {
        let folded = column.lowercased()
        return columns.firstIndex { $0?.lowercased() == folded }
    }
}
