import TestSupport
import WorkloadKit

/// A value that tells its side, row, column and version: `a12c7v3` in a column of texts, a number made of them in others.
enum GeneratedValue {
    enum Family: Sendable, Hashable {
        case text, bytes, number, time
        /// Of MariaDB.
        case uuid, address

        /// - Parameter type: as the server prints it.
        init?(_ type: String) {
            switch type.prefix(while: { $0 != "(" && $0 != " " }) {
            case "varchar", "char", "text", "mediumtext": self = .text
            case "varbinary", "blob": self = .bytes
            case "int", "bigint", "decimal", "double": self = .number
            case "uuid": self = .uuid
            case "inet6": self = .address
            case "timestamp", "datetime": self = .time
            default: return nil
            }
        }
    }

    /// The types of columns; all of a table have one, but for a few that no row gives a value.
    static func types(_ kind: ServerKind) -> [String] {
        [
            "INT", "INT", "VARCHAR(40)", "VARCHAR(40)", "VARCHAR(40)", "BIGINT UNSIGNED", "CHAR(24)", "VARBINARY(40)", "DECIMAL(20, 3)",
            "DATETIME(3)", "DATETIME(3)", "DOUBLE", "INT ZEROFILL", "NATIONAL VARCHAR(40)",
        ] + (kind == .mysql ? [] : ["UUID", "INET6"])
    }

    /// Types of columns that no row gives a value.
    static func others(_ kind: ServerKind) -> [String] {
        [
            "JSON", "POINT", "ENUM('x','y,''z')", "SET('a','b')", "BIT(9)", "YEAR", "BOOLEAN", "TINYBLOB", "DATE",
        ] + (kind == .mysql ? ["POINT SRID 4326"] : ["VARCHAR(40) COMPRESSED", "UUID", "INET6", "INET4", "POINT REF_SYSTEM_ID=101"])
    }

    /// - Parameter version: 0 for what a row begins with, and for keys.
    static func literal(_ side: Side, row: Int, column: String, version: Int, _ family: Family) -> String {
        let number = GeneratedNames.numbers[column] ?? 199
        let letter = side == .a ? "a" : "b"
        let isOther = side == .a ? 0 : 1
        let whole = ((row * 200 + number) * 10 + version % 10) * 2 + isOther
        let digits = String(10_000_000_000 + whole).suffix(10)
        switch family {
        // One letter beyond ASCII in some of them, which other character sets write otherwise.
        case .text: return "'\(letter)\(row)c\(number)v\(version)\(number % 3 == 0 ? "é" : "")'"
        case .bytes: return "'\(letter)\(row)c\(number)v\(version)'"
        case .number: return "\(whole)"
        case .uuid: return "'\(digits.prefix(8))-\(digits.suffix(2))00-4000-8000-00000000000\(letter)'"
        case .address: return "'fd00::\(letter):\(String(whole >> 16, radix: 16)):\(String(whole & 0xFFFF, radix: 16))'"
        case .time: return "FROM_UNIXTIME(\(1_000_000_000 + whole))"
        }
    }

    /// Holds for the rows of a side, whose keys are values of it.
    static func condition(_ side: Side, _ key: String, _ family: Family) -> String {
        switch family {
        case .text, .bytes: "\(key) LIKE '\(side == .a ? "a" : "b")%'"
        case .number: "\(key) % 2 = \(side == .a ? 0 : 1)"
        case .time: "UNIX_TIMESTAMP(\(key)) % 2 = \(side == .a ? 0 : 1)"
        case .uuid: "RIGHT(\(key), 1) = '\(side == .a ? "a" : "b")'"
        case .address: "CAST(\(key) AS CHAR) LIKE 'fd00::\(side == .a ? "a" : "b"):%'"
        }
    }
}
