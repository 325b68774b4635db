/// A table of one server.
package struct TableName: Sendable, Hashable, Codable, CustomStringConvertible {
    package var database: String
    package var table: String

    package init(database: String, table: String) {
        self.database = database
        self.table = table
    }

    package var description: String { "\(database).\(table)" }

    /// As it stands in a statement: `` `db`.`table` ``.
    package var quoted: String { "\(quoteIdentifier(database)).\(quoteIdentifier(table))" }
}

/// A name between backquotes, safe in any statement.
package func quoteIdentifier(_ name: String) -> String {
    "`" + name.replacing("`", with: "``") + "`"
}

/// A string literal that is safe under any `sql_mode` of ours and any character set of the session: hexadecimal bytes.
package func quoteText(_ text: String) -> String {
    if text.isEmpty { return "''" }
    let digits: [Character] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "C", "D", "E", "F"]
    var result = "_utf8mb4 x'"
    for byte in text.utf8 {
        result.append(digits[Int(byte >> 4)])
        result.append(digits[Int(byte & 15)])
    }
    return result + "'"
}
