/// The type byte of a column in a TABLE_MAP. An open set.
///
/// Sources: `enum_field_types` in MySQL's `field_types.h`; MariaDB's compressed types in `include/mysql_com.h`.
package struct ColumnType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    private init(_ rawValue: UInt8) { self.rawValue = rawValue }

    /// The packed decimal of servers before 5.0.
    package static let oldDecimal = ColumnType(0)
    package static let tiny = ColumnType(1)
    package static let short = ColumnType(2)
    package static let long = ColumnType(3)
    package static let float = ColumnType(4)
    package static let double = ColumnType(5)
    package static let null = ColumnType(6)
    package static let timestamp = ColumnType(7)
    package static let longLong = ColumnType(8)
    package static let int24 = ColumnType(9)
    package static let date = ColumnType(10)
    package static let time = ColumnType(11)
    package static let dateTime = ColumnType(12)
    package static let year = ColumnType(13)
    package static let newDate = ColumnType(14)
    package static let varchar = ColumnType(15)
    package static let bit = ColumnType(16)
    package static let timestamp2 = ColumnType(17)
    package static let dateTime2 = ColumnType(18)
    package static let time2 = ColumnType(19)
    package static let typedArray = ColumnType(20)
    package static let blobCompressed = ColumnType(140)
    package static let varcharCompressed = ColumnType(141)
    package static let vector = ColumnType(242)
    package static let json = ColumnType(245)
    package static let decimal = ColumnType(246)
    package static let enumeration = ColumnType(247)
    package static let set = ColumnType(248)
    package static let tinyBlob = ColumnType(249)
    package static let mediumBlob = ColumnType(250)
    package static let longBlob = ColumnType(251)
    package static let blob = ColumnType(252)
    package static let varString = ColumnType(253)
    package static let string = ColumnType(254)
    package static let geometry = ColumnType(255)

    package var description: String {
        switch self {
        case .oldDecimal: "DECIMAL (before 5.0)"
        case .tiny: "TINYINT"
        case .short: "SMALLINT"
        case .long: "INT"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .null: "NULL"
        case .timestamp, .timestamp2: "TIMESTAMP"
        case .longLong: "BIGINT"
        case .int24: "MEDIUMINT"
        case .date, .newDate: "DATE"
        case .time, .time2: "TIME"
        case .dateTime, .dateTime2: "DATETIME"
        case .year: "YEAR"
        case .varchar, .varString: "VARCHAR"
        case .bit: "BIT"
        case .typedArray: "typed array"
        case .blobCompressed: "compressed BLOB"
        case .varcharCompressed: "compressed VARCHAR"
        case .vector: "VECTOR"
        case .json: "JSON"
        case .decimal: "DECIMAL"
        case .enumeration: "ENUM"
        case .set: "SET"
        case .tinyBlob: "TINYBLOB"
        case .mediumBlob: "MEDIUMBLOB"
        case .longBlob: "LONGBLOB"
        case .blob: "BLOB"
        case .string: "CHAR"
        case .geometry: "GEOMETRY"
        default: "type \(rawValue)"
        }
    }

    /// Has a bit in the SIGNEDNESS metadata (`is_numeric_type` in `log_event.h`).
    var hasSignedness: Bool {
        switch self {
        case .tiny, .short, .int24, .long, .longLong, .decimal, .float, .double, .year: true
        default: false
        }
    }

    /// Has an entry in the character set metadata (`is_character_type` in `log_event.h`).
    var hasCharacterSet: Bool {
        switch self {
        case .string, .varString, .varchar, .varcharCompressed: true
        case .blob, .tinyBlob, .mediumBlob, .longBlob, .blobCompressed: true
        default: false
        }
    }

    package var isEnumOrSet: Bool { self == .enumeration || self == .set }
}
