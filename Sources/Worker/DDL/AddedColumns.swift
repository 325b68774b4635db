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
}

extension DDLStatement {
    /// How the columns that the statement adds are filled, constants apart.
    package var fillings: Set<ColumnFilling> {
        guard kind.verb == .alter, kind.object == .table, body < tokens.count else { return [] }
        var result: Set<ColumnFilling> = []
        for item in Array(tokens[body...]).items where item.first?.isWord("ADD") == true {
            if item.contains(where: { $0.isWord("AUTO_INCREMENT") }) { result.insert(.numbered) }
            for place in item.indices where item[place].isWord("DEFAULT") {
                if let filling = Self.filling(SQLCursor(item, at: place + 1)) { result.insert(filling) }
            }
        }
        return result
    }

    private static let moments: Set<String> = [
        "CURRENT_TIMESTAMP", "NOW", "LOCALTIME", "LOCALTIMESTAMP", "SYSDATE", "CURDATE", "CURRENT_DATE", "CURTIME", "CURRENT_TIME",
        "UTC_TIMESTAMP", "UTC_DATE", "UTC_TIME", "UNIX_TIMESTAMP",
    ]
    private static let random: Set<String> = [
        "UUID", "UUID_SHORT", "UUID_V4", "UUID_V7", "SYS_GUID", "RAND", "RANDOM_BYTES", "USER", "CURRENT_USER", "SESSION_USER",
        "SYSTEM_USER", "CONNECTION_ID", "DATABASE", "SCHEMA", "VERSION", "LAST_INSERT_ID", "NEXTVAL", "NEXT",
    ]

    /// Of the expression behind DEFAULT.
    private static func filling(_ cursor: SQLCursor) -> ColumnFilling? {
        var cursor = cursor
        let words = (cursor.parenthesis() ?? cursor.next().map { [$0] } ?? []).filter { $0.kind == .word }.map {
            $0.text.uppercased()
        }
        if words.contains(where: random.contains) { return .random }
        return words.contains(where: moments.contains) ? .moment : nil
    }
}
