import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerSchema
import WorkerSource

/// Does on the target what the source's foreign keys did when a row was deleted or changed what others refer to it by, for a
/// source that does not log that.
///
/// The target's own foreign keys say what it is: they are the same (verification sees to that). They do not act themselves:
/// rows are written without them, and switched on they would also check what the source has checked.
final class CascadeFollower {
    private let session: Session
    private var keys: [TableName: [CascadingKey]] = [:]
    private var definitions: [TableName: TableDefinition] = [:]

    init(_ session: Session) { self.session = session }

    /// The target's definitions may have changed.
    func forget() {
        keys.removeAll()
        definitions.removeAll()
    }

    /// Follows one row of `table`.
    ///
    /// - Parameters:
    ///   - old: the literal of a column's value before the change.
    ///   - new: after it; nil when the row was deleted.
    func follow(
        _ table: TableName, old: (_ column: String) throws -> String?, new: ((_ column: String) throws -> String?)?
    ) throws {
        for key in try keys(to: table) {
            let before = try key.parentColumns.map(old)
            // NULL is nobody's parent.
            guard !before.contains(nil) else { continue }
            let values = before.compactMap(\.self)
            guard let new else {
                try delete(key, [values])
                continue
            }
            let after = try key.parentColumns.map(new)
            if after == before { continue }
            let assigned = key.onUpdate == "SET NULL" ? key.columns.map { _ in nil } : after
            if key.onUpdate == "CASCADE" || key.onUpdate == "SET NULL" { try update(key, [values], assigned) }
        }
    }

    private func delete(_ key: CascadingKey, _ values: [[String]]) throws {
        guard !values.isEmpty else { return }
        switch key.onDelete {
        case "SET NULL": try update(key, values, key.columns.map { _ in nil })
        case "CASCADE":
            let condition = Self.condition(key.columns, values)
            // Read before they go; deleted before what hangs on them, so that rings come to an end.
            var deeper: [(key: CascadingKey, values: [[String]])] = []
            for next in try keys(to: key.child) {
                deeper.append((next, try read(next.parentColumns, of: key.child, condition)))
            }
            try session.execute("DELETE FROM \(key.child.quoted) WHERE \(condition)")
            for next in deeper { try delete(next.key, next.values) }
        default: break
        }
    }

    /// - Parameter assigned: literals; nil for NULL.
    private func update(_ key: CascadingKey, _ values: [[String]], _ assigned: [String?]) throws {
        let assignments = zip(key.columns, assigned).map { "\(quoteIdentifier($0)) = \($1 ?? "NULL")" }
        try session.execute(
            "UPDATE \(key.child.quoted) SET \(assignments.joined(separator: ", ")) WHERE \(Self.condition(key.columns, values))")
    }

    private static func condition(_ columns: [String], _ values: [[String]]) -> String {
        let names = columns.map(quoteIdentifier).joined(separator: ", ")
        return "(\(names)) IN (\(values.map { "(\($0.joined(separator: ", ")))" }.joined(separator: ", ")))"
    }

    /// Values of rows as literals; rows with NULL among them are left out.
    private func read(_ columns: [String], of table: TableName, _ condition: String) throws -> [[String]] {
        let found = try definition(of: table)
        let types = columns.map { name in found?.index(ofColumn: name).flatMap { found?.columns[$0] } }
        let expressions = zip(columns, types).map { name, type in
            type.map(Self.isBytes) == true ? "HEX(\(quoteIdentifier(name)))" : quoteIdentifier(name)
        }
        let rows = try session.rows("SELECT \(expressions.joined(separator: ", ")) FROM \(table.quoted) WHERE \(condition) FOR UPDATE")
        return rows.compactMap { row in
            let literals = zip(row, types).compactMap { value, type -> String? in
                guard let value else { return nil }
                guard let type, Self.isBytes(type) else { return quoteText(value) }
                return "\(type.characterSet.map { "_\($0) " } ?? "")X'\(value)'"
            }
            return literals.count == columns.count ? literals : nil
        }
    }

    private static func isBytes(_ column: TableDefinition.Column) -> Bool {
        column.characterSet != nil || column.dataType.hasSuffix("binary") || column.dataType.hasSuffix("blob")
    }

    private func keys(to table: TableName) throws -> [CascadingKey] {
        if let known = keys[table] { return known }
        let found = try SchemaReader(session).cascadingKeys(to: table)
        keys[table] = found
        return found
    }

    private func definition(of table: TableName) throws -> TableDefinition? {
        if let known = definitions[table] { return known }
        let found = try SchemaReader(session).table(table)
        definitions[table] = found
        return found
    }
}
