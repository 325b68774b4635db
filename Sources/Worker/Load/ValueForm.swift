import SyncModel
import WorkerBinlog
import WorkerSchema

/// How the values of a column travel as text: what a server is asked for, and how its answer stands in a statement.
///
/// Each form is exact in both directions under the sessions of ``SyncMySQL/Session/prepareForReading()`` and
/// `prepareForWriting`: binary character set, UTC, results unconverted.
enum ValueForm: Sendable, Hashable {
    /// Integers, DECIMAL, YEAR: digits as the server prints them.
    case number
    /// FLOAT, DOUBLE. Times 1e0 the server prints the shortest digits that give the same double back, which plain FLOAT
    /// does not; plus 0 would lose the sign of -0. An exponent makes the literal a double and not a DECIMAL.
    case double
    /// SET, BIT: the bits as a number. (`+ 0` makes a double of a SET and would lose bits.)
    case bits
    /// ENUM: the member's number, independent of character sets. 0 is the value that the server stores for an invalid
    /// member; it cannot be written under a strict mode.
    case enumeration
    /// Everything whose bytes can be given back as they came: character and binary values, temporal values, GEOMETRY
    /// (SRID and WKB), VECTOR.
    case bytes
    /// Text in UTF-8 for a column that refuses binary literals: JSON, UUID, INET4, INET6.
    case text

    /// - Throws: `type-unsupported` for a type that is not known to travel exactly.
    init(_ column: TableDefinition.Column, of table: TableName) throws(Failure) {
        // The log does not say how many digits of a fraction an old time of MariaDB has.
        if column.columnType.contains(") /* mariadb-5.3 */") { throw Self.refusal(column, table) }
        switch column.dataType {
        case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal": self = .number
        case "year" where column.columnType.lowercased() != "year(2)": self = .number
        case "float", "double": self = .double
        case "bit", "set": self = .bits
        case "enum": self = .enumeration
        case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "binary", "varbinary", "tinyblob", "blob",
            "mediumblob", "longblob", "date", "time", "datetime", "timestamp", "geometry", "point", "linestring",
            "polygon",
            "multipoint", "multilinestring", "multipolygon", "geomcollection", "geometrycollection", "vector":
            self = .bytes
        case "json", "uuid", "inet4", "inet6": self = .text
        default:
            throw Self.refusal(column, table)
        }
    }

    private static func refusal(_ column: TableDefinition.Column, _ table: TableName) -> Failure {
        Failure(
            .typeUnsupported,
            "column \(column.name) of table \(table) has the type \(column.columnType), which cannot be copied exactly",
            remedy: "change the column's type or take the table out of the task's objects"
        )
    }

    /// What to select so that the server prints the value in this form.
    func expression(_ column: String) -> String {
        let name = quoteIdentifier(column)
        return switch self {
        case .number, .bytes, .text: name
        case .double: "\(name) * 1e0"
        case .bits, .enumeration: "CAST(\(name) AS UNSIGNED)"
        }
    }

    /// Appends a value as the server printed it, as a literal.
    ///
    /// - Returns: false, and nothing is appended, when no value of this form looks like that.
    func append(_ value: UnsafeRawBufferPointer, to statement: inout SQLBuffer) -> Bool {
        guard allows(value) else { return false }
        switch self {
        case .number, .bits, .enumeration: statement.append(value)
        case .double:
            statement.append(value)
            if !value.contains(UInt8(ascii: "e")) { statement.append("e0") }
        case .bytes: statement.append(quoting: value)
        case .text:
            statement.append("_utf8mb4")
            statement.append(quoting: value)
        }
        return true
    }
}

extension SQLBuffer {
    /// Appends `'…'` for a session of binary character set whose `sql_mode` lets the backslash escape.
    mutating func append(quoting value: UnsafeRawBufferPointer) {
        append(byte: UInt8(ascii: "'"))
        var start = 0
        var index = 0
        while index < value.count {
            let byte = value[index]
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") {
                append(UnsafeRawBufferPointer(rebasing: value[start..<index]))
                append(byte: UInt8(ascii: "\\"))
                start = index
            }
            index &+= 1
        }
        append(UnsafeRawBufferPointer(rebasing: value[start...]))
        append(byte: UInt8(ascii: "'"))
    }
}
