import SyncMySQL
import WorkerSchema

/// Defaults that a server does not print as they are.
///
/// MariaDB, and MySQL before 8.0, print defaults in three-byte UTF-8: a longer character is a question mark there, and a byte
/// that is no character at all is lost. Their own function DEFAULT gives the value, even of a table without rows.
struct ColumnDefaults: Sendable {
    /// Defaults of larger types are expressions, which are printed whole.
    private static let types: Set<String> = ["char", "varchar", "binary", "varbinary"]

    /// By the columns' names: the value as a hexadecimal literal; nil where the server did not tell it.
    private var literals: [String: String?] = [:]

    init() {}

    /// - Parameter statement: the table's, as the source printed it.
    init(_ table: TableDefinition, _ statement: String, _ source: Session, _ profile: ServerProfile) throws(MySQLError) {
        guard Self.printsLess(profile), let parts = CreateTableStatement(statement) else { return }
        let columns = parts.items.compactMap { item -> String? in
            guard let name = item.first?.name, let index = table.index(ofColumn: name),
                Self.types.contains(table.columns[index].dataType), let place = item.literalDefault,
                Self.isDoubtful(item[place])
            else { return nil }
            return name
        }
        if columns.isEmpty { return }
        let values = columns.map { "HEX(DEFAULT(t.\(quoteIdentifier($0))))" }.joined(separator: ", ")
        let row = try Self.row(of: values, table, source)
        for (index, column) in columns.enumerated() {
            let value = index < row.count ? row[index] : nil
            literals[column] = .some(value.flatMap { $0.isEmpty || !$0.utf8.allSatisfy(Self.isHexadecimal) ? nil : "0x" + $0 })
        }
    }

    private static func row(of values: String, _ table: TableDefinition, _ source: Session) throws(MySQLError)
        -> TextRow
    {
        if let row = try source.rows("SELECT \(values) FROM \(table.name.quoted) t LIMIT 1").first { return row }
        // An outer join without a match stands in for a row. Unless it has to look into an index for it, the server knows
        // beforehand that there is none, and forgets the defaults of columns that cannot be NULL.
        let key = table.indexes.lazy.compactMap { $0.columns.first ?? nil }.first
        let condition = key.map { "t.\(quoteIdentifier($0)) IS NULL" } ?? "FALSE"
        return try source.rows("SELECT \(values) FROM (SELECT 1) one LEFT JOIN \(table.name.quoted) t ON \(condition)")
            .first ?? []
    }

    /// Puts the values into the definition of a column.
    ///
    /// - Returns: false when its default is not known.
    func complete(_ column: inout [DDLToken]) -> Bool {
        guard let name = column.first?.name, let known = literals[name], let place = column.literalDefault else {
            return true
        }
        guard let known else { return false }
        column[place] = DDLToken(.word, known)
        return true
    }

    private static func printsLess(_ server: ServerProfile) -> Bool { server.isMariaDB || !server.isAtLeast(8, 0) }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { UnicodeScalar(byte).properties.isASCIIHexDigit }

    private static func isDoubtful(_ literal: DDLToken) -> Bool {
        literal.text.contains("?") || literal.text.contains("\u{FFFD}")
    }
}

extension [DDLToken] {
    /// Place of the text behind DEFAULT.
    fileprivate var literalDefault: Int? {
        guard let place = place(of: "DEFAULT"), place + 1 < count, self[place + 1].kind == .string else { return nil }
        return place + 1
    }
}
