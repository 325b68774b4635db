import SyncMySQL

/// Columns and indexes whose values the target computes by itself.
///
/// What their expressions give for a row the source has accepted, in whatever `sql_mode`: a text that is no number is 0 there, with a warning.
package struct ComputedValues: Sendable, Hashable {
    private let columns: Set<String>
    private let indexes: Set<String>
    /// Other columns that can hold everything that is no date.
    private let plain: Set<String>

    package init(of table: TableDefinition) {
        columns = Set(table.columns.filter(\.isGenerated).map { $0.name.lowercased() })
        indexes = Set(table.indexes.filter { $0.columns.contains(nil) }.map { $0.name.lowercased() })
        plain = Set(table.columns.filter { !$0.isGenerated && Self.plainTypes.contains($0.dataType) }.map { $0.name.lowercased() })
    }

    private init() {
        columns = []
        indexes = []
        plain = []
    }

    package static let none = ComputedValues()

    package var isEmpty: Bool { columns.isEmpty && indexes.isEmpty }

    /// Whether an error or a warning is about what is computed, and not about a value that was sent.
    ///
    /// A value that was sent is always complained of with the name of its column at the end. Within an expression no column is named, but by
    /// MariaDB the one that does not hold the date or the time that a function wants.
    func concerns(_ complaint: MySQLError) -> Bool {
        // A server cuts texts after 512 bytes, and with it the name.
        guard !isEmpty, complaint.message.utf8.count < 400 else { return false }
        let text = complaint.message
        if let name = text.firstMatch(of: #/(?s) functional index '(.+)'(?: at row [0-9]+)?$/#)?.1 { return indexes.contains(name.lowercased()) }
        if let match = text.firstMatch(of: #/(?s) column (?:'(.+)'|`.+`\.`(.+)`) at row [0-9]+$/#) {
            guard Self.ofColumns.contains(complaint.code.rawValue), let name = (match.1 ?? match.2)?.lowercased() else { return false }
            return columns.contains(name) || complaint.code.rawValue == 1292 && plain.contains(name)
        }
        return Self.ofExpressions.contains(complaint.code.rawValue) || complaint.code.rawValue == 1105 && text.hasPrefix("Cast to unsigned")
    }

    /// What is assigned to these is never complained of as an incorrect value of a type (1292).
    private static let plainTypes: Set<String> = [
        "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob", "binary", "varbinary",
        "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double",
    ]
    /// Out of range, truncated, incorrect, too long.
    private static let ofColumns: Set<UInt32> = [1264, 1265, 1292, 1366, 1406]
    /// Incorrect values of functions and casts, divisions by zero, overflows; MariaDB's from 1900 on. Results that are too long (1301) are not
    /// among them: a setting of the server decides what is too long.
    private static let ofExpressions: Set<UInt32> = [1292, 1365, 1411, 1441, 1690, 1916, 1918]
}
