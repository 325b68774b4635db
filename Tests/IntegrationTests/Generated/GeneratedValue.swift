import TestSupport
import WorkloadKit

/// A value that tells its side, row, column and version: `a12c7v3` in a column of texts, a number made of them in others.
enum GeneratedValue {
    enum Family: Sendable, Hashable {
        case text, bytes, number, time

        /// - Parameter type: as the server prints it.
        init?(_ type: String) {
            switch type.prefix(while: { $0 != "(" && $0 != " " }) {
            case "varchar", "char", "text", "mediumtext": self = .text
            case "varbinary", "blob": self = .bytes
            case "int", "bigint", "decimal": self = .number
            case "timestamp", "datetime": self = .time
            default: return nil
            }
        }
    }

    /// The types of columns; all of a table have one.
    static let types = [
        "INT", "INT", "VARCHAR(40)", "VARCHAR(40)", "VARCHAR(40)", "BIGINT UNSIGNED", "CHAR(24)", "VARBINARY(40)", "DECIMAL(20, 3)",
        "DATETIME(3)",
    ]

    /// - Parameter version: 0 for what a row begins with, and for keys.
    static func literal(_ side: Side, row: Int, column: String, version: Int, _ family: Family) -> String {
        let number = GeneratedNames.numbers[column] ?? 199
        let letter = side == .a ? "a" : "b"
        let isOther = side == .a ? 0 : 1
        let whole = ((row * 200 + number) * 10 + version % 10) * 2 + isOther
        switch family {
        // One letter beyond ASCII in some of them, which other character sets write otherwise.
        case .text: return "'\(letter)\(row)c\(number)v\(version)\(number % 3 == 0 ? "é" : "")'"
        case .bytes: return "'\(letter)\(row)c\(number)v\(version)'"
        case .number: return "\(whole)"
        case .time: return "FROM_UNIXTIME(\(1_000_000_000 + whole))"
        }
    }

    /// Holds for the rows of a side, whose keys are values of it.
    static func condition(_ side: Side, _ key: String, _ family: Family) -> String {
        switch family {
        case .text, .bytes: "\(key) LIKE '\(side == .a ? "a" : "b")%'"
        case .number: "\(key) % 2 = \(side == .a ? 0 : 1)"
        case .time: "UNIX_TIMESTAMP(\(key)) % 2 = \(side == .a ? 0 : 1)"
        }
    }
}
