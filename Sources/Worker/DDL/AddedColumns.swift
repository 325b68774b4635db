import WorkerBinlog

/// Where the rows that a table has get the values of a column that ALTER TABLE adds.
///
/// A constant is the same on every server. Anything else depends on the order of the rows, on chance or on the moment,
/// and a statement carried over must give both sides the same.
package enum ColumnFilling: Sendable, Hashable {
    /// AUTO_INCREMENT: by the order in which the server comes by them.
    case numbered
    /// A function that gives each row or each server something else.
    case random
    /// The time of the statement.
    case moment
    /// Something computed from it.
    case derived
}

extension DDLStatement {
    /// How the columns that the statement adds are filled, constants apart, by their names in lower case.
    package var fillings: [String: ColumnFilling] {
        var result: [String: ColumnFilling] = [:]
        for item in alterItems {
            for column in Self.addedColumns(item) {
                guard let name = Self.name(at: 0, of: column)?.lowercased() else { continue }
                if column.contains(where: { $0.isWord("AUTO_INCREMENT") }) { result[name] = .numbered }
                for place in column.indices where column[place].isWord("DEFAULT") {
                    if let filling = Self.filling(SQLCursor(column, at: place + 1)) { result[name] = filling }
                }
            }
        }
        return result
    }

    private static let moments: Set<String> = ["CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP"]
    private static let otherMoments: Set<String> = [
        "SYSDATE", "CURDATE", "CURRENT_DATE", "CURTIME", "CURRENT_TIME", "UTC_TIMESTAMP", "UTC_DATE", "UTC_TIME", "UNIX_TIMESTAMP",
    ]
    private static let random: Set<String> = [
        "UUID", "UUID_SHORT", "UUID_V4", "UUID_V7", "SYS_GUID", "RAND", "RANDOM_BYTES", "USER", "CURRENT_USER", "SESSION_USER",
        "SYSTEM_USER", "CONNECTION_ID", "DATABASE", "SCHEMA", "VERSION", "LAST_INSERT_ID", "NEXTVAL", "NEXT",
    ]

    /// Of the expression behind DEFAULT.
    private static func filling(_ cursor: SQLCursor) -> ColumnFilling? {
        var cursor = cursor
        let tokens = cursor.parenthesis() ?? cursor.next().map { [$0] } ?? []
        let words = tokens.filter { $0.kind == .word }.map { $0.text.uppercased() }
        if words.contains(where: random.contains) { return .random }
        guard words.contains(where: { moments.contains($0) || otherMoments.contains($0) }) else { return nil }
        // Alone, with or without digits: `NOW(3)`.
        let isBare = tokens.allSatisfy { $0.isPunctuation("(") || $0.isPunctuation(")") || moments.contains($0.text.uppercased()) || Int($0.text) != nil }
        return isBare ? .moment : .derived
    }
}
