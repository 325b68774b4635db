import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerFilter
import WorkerSchema

/// How the rows of one table are read from the source and written to the target.
struct CopyPlan: Sendable {
    var source: TableName
    var target: TableName
    /// What is written, in the source's order.
    var columns: [CopiedColumn]
    /// nil: the table has no key and is copied as a whole.
    var key: KeyOrder?
    /// Which of the source's rows are copied, in SQL; nil: all.
    var condition: String?
    /// Where the key's values stand in a row that was read.
    var keyPlaces: [Int]
    /// For each column, where the types of its JSON values stand in a row that was read from the source; nil: it needs none.
    var typePlaces: [Int?]
    /// What to select for those places.
    private var typeExpressions: [String]
    /// Why rows of this table cannot be recognised by their key on both sides; nil when they can.
    var mergeObstacle: String?
    /// What the target computes by itself.
    var computed: ComputedValues
    /// Further unique keys of the target, as column names there.
    var otherUniqueKeys: [[String]]

    /// - Parameter found: the definitions on both sides; nil where there is no such table.
    /// - Throws: `unknown-table`, `schema-mismatch`, `type-unsupported`.
    init(
        _ name: TableName, to target: TableName, context: TaskContext,
        _ found: (source: TableDefinition?, target: TableDefinition?)
    ) throws(Failure) {
        guard let definition = found.source else {
            throw Failure(
                .unknownTable,
                "the source has no table \(name)",
                remedy: "create it or take it out of the task's objects"
            )
        }
        guard let counterpart = found.target else {
            throw Failure(
                .unknownTable,
                "the target has no table \(target)",
                remedy: "create it, or let the task do it with 'initialization: [structure, data]'"
            )
        }
        try self.init(
            definition, counterpart, source: context.sourceProfile, selected: context.objects.columns(of: name),
            filter: context.objects.filter(of: name))
    }

    /// - Parameter server: the source, for what depends on its version; nil when only the definitions are compared.
    /// - Parameter filter: which rows are copied; nil: all.
    init(
        _ definition: TableDefinition, _ counterpart: TableDefinition, source server: ServerProfile? = nil,
        selected: ColumnMap = .all, filter: String? = nil
    )
        throws(Failure)
    {
        source = definition.name
        if let obstacle = selected.obstacle(in: definition) {
            throw Failure(
                .schemaMismatch, "the columns of table \(definition.name) cannot be chosen so: \(obstacle)",
                remedy: "correct 'columns' and 'rename' in the task's file")
        }
        if let filter { condition = try CompiledFilter(filter, of: definition).sql }
        target = counterpart.name
        computed = ComputedValues(of: counterpart)
        columns = []
        if definition.hasHiddenColumns, let index = definition.indexes.first(where: \.isHash) {
            throw Failure(
                .typeUnsupported,
                "the unique key \(index.name) of table \(source) is over a whole text, which adds a hidden column to the log",
                remedy: "index a prefix of the text, or take the table out of the task's objects"
            )
        }
        var places: [Int: Int] = [:]
        for (index, column) in definition.columns.enumerated() {
            guard let name = selected.target(of: column.name) else { continue }
            guard let there = counterpart.index(ofColumn: name) else {
                if column.isGenerated { continue }
                throw Self.mismatch("table \(target) has no column \(name), which table \(source) of the source has")
            }
            let other = counterpart.columns[there]
            if other.isGenerated {
                if column.isGenerated { continue }
                throw Self.mismatch(
                    "column \(column.name) of table \(target) is generated on the target, but not on the source"
                )
            }
            places[index] = columns.count
            columns.append(try CopiedColumn(column, of: source, target: other.name, ceiling: FloatCeiling(other)))
        }
        let wanted = selected.applied(to: definition)
        for column in counterpart.columns where !column.isOptional && !column.isGenerated {
            if wanted.index(ofColumn: column.name) == nil {
                throw Self.mismatch(
                    "column \(column.name) of table \(target) has no default, and table \(source) of the source has no such column"
                )
            }
        }
        keyPlaces = []
        if let keyIndex = definition.keyIndex, let keyColumns = definition.keyColumns {
            key = KeyOrder(
                index: keyIndex.name,
                columns: try keyColumns.map { (at) throws(Failure) in
                    let column = definition.columns[at]
                    return try CopiedColumn(column, of: definition.name, target: selected.target(of: column.name) ?? column.name)
                }
            )
            // Generated key columns are read, behind the others, but not written.
            var extra = columns.count
            for column in keyColumns {
                if let place = places[column] {
                    keyPlaces.append(place)
                } else {
                    keyPlaces.append(extra)
                    extra += 1
                }
            }
        }
        mergeObstacle = Self.mergeObstacle(wanted, counterpart)
        typePlaces = []
        typeExpressions = []
        let firstFree = max(columns.count, (keyPlaces.max() ?? -1) + 1)
        for column in columns {
            // Where both sides keep JSON as text, or one of them does, text is all there is.
            let isBinaryJSON = [wanted, counterpart].allSatisfy { table in
                table.index(ofColumn: column.target).map { table.columns[$0].dataType == "json" } ?? false
            }
            guard isBinaryJSON, let server, !server.isMariaDB else {
                typePlaces.append(nil)
                continue
            }
            typePlaces.append(firstFree + typeExpressions.count)
            let name = "\(source.quoted).\(quoteIdentifier(column.name))"
            typeExpressions.append(
                server.isAtLeast(8, 0, 4) ? JSONTypes.expression(name) : JSONTypes.checkExpression(name)
            )
        }
        let keyNames = key.map { $0.columns.map { $0.target.lowercased() } }
        otherUniqueKeys = counterpart.indexes.filter { $0.isUnique }.compactMap { index in
            let names = index.columns.compactMap { $0 }
            if names.count == index.columns.count, names.map({ $0.lowercased() }) == keyNames, !index.hasPrefix {
                return nil
            }
            // A part that is an expression cannot be looked up by columns; a collision then shows when the row is written.
            return names.count == index.columns.count ? names : nil
        }
    }

    /// `SELECT` of the values of all columns, behind them those of key columns that are not written, and on the source the
    /// types of JSON values.
    func select(_ role: TaskContext.Role) -> String {
        var list = columns.map { $0.form.expression(role == .source ? $0.name : $0.target) }
        if let key {
            for (column, place) in zip(key.columns, keyPlaces) where place >= columns.count {
                list.append(column.form.expression(role == .source ? column.name : column.target))
            }
        }
        if role == .source { list += typeExpressions }
        // A table that is only a sequence of generated columns and defaults has nothing to copy but its rows.
        return "SELECT \(list.isEmpty ? "1" : list.joined(separator: ", "))"
    }

    /// Query of the source's rows that are copied, along the key.
    func rows(where range: [String] = []) -> String {
        let conditions = range + [condition].compactMap { $0 }
        let selection = conditions.isEmpty ? "" : " WHERE \(conditions.joined(separator: " AND "))"
        let order = key.map { " ORDER BY \($0.columnList)" } ?? ""
        return "\(select(.source)) FROM \(source.quoted) \(forceIndex)\(selection)\(order)"
    }

    /// The key in the target's names.
    var keyOnTarget: KeyOrder? {
        key.map { key in
            var key = key
            for place in key.columns.indices { key.columns[place].name = key.columns[place].target }
            return key
        }
    }

    var forceIndex: String { key.map { "FORCE INDEX (\(quoteIdentifier($0.index)))" } ?? "" }

    /// Beginning of every statement that writes rows.
    var insertHead: String {
        "INSERT INTO \(target.quoted) (\(columns.map { quoteIdentifier($0.target) }.joined(separator: ", "))) VALUES "
    }

    /// Keys are compared by the text that servers print, so that text has to be the same everywhere.
    private static func mergeObstacle(_ definition: TableDefinition, _ counterpart: TableDefinition) -> String? {
        guard let key = definition.keyColumns else { return "it has no key" }
        let names = key.map { definition.columns[$0].name.lowercased() }
        guard names == counterpart.keyColumns?.map({ counterpart.columns[$0].name.lowercased() }) else {
            return "its key is another one on the target"
        }
        for column in key.map({ definition.columns[$0] }) {
            let type = column.columnType.lowercased()
            if ["float", "double"].contains(column.dataType) || type.contains("zerofill") || column.isGenerated {
                return "its key has the column \(column.name) \(column.columnType)"
            }
        }
        return nil
    }

    private static func mismatch(_ found: String) -> Failure {
        Failure(.schemaMismatch, found, remedy: "make the target's table equal to the source's, then retry")
    }
}
