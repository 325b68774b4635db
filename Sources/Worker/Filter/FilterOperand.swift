import SyncModel

/// A part of a filter with its type, as an expression and as SQL that means the same.
struct FilterOperand {
    /// What the values are.
    enum Kind: Equatable {
        case null
        /// A number with so many digits, of which so many stand behind the point. What is true or false is 1 or 0.
        case exact(digits: Int, scale: Int)
        case double
        /// A column's text in a character set; compared byte by byte.
        case text(characterSet: String)
        /// A string in the filter, which takes the type of what it is compared with.
        case string(String)
        /// DATE, DATETIME, TIMESTAMP with so many digits of a fraction.
        case date(hasTime: Bool, fraction: Int)
        case time(fraction: Int)
    }

    var kind: Kind
    var sql: String
    var expression: FilterExpression
    /// Where it stands in the filter.
    var range: Range<Int>
    /// Whether the server takes it for an integer rather than for a DECIMAL.
    var isInteger = false
    /// The digits of a number that stands in the filter.
    var digits: String?
    /// Whether its SQL is a condition.
    var isCondition = false
    /// A column of type YEAR.
    var isYear = false
    /// A column that is NOT NULL.
    var isNeverNull = false

    /// The SQL of an exact number as a DECIMAL: integers of the server overflow, and are signed or not.
    var decimalSQL: String {
        guard isInteger, case .exact(let digits, _) = kind else { return sql }
        return "CAST(\(sql) AS DECIMAL(\(max(digits, 1)),0))"
    }

    /// For messages.
    var name: String {
        switch kind {
        case .null: "NULL"
        case .exact, .double: "a number"
        case .text: "a text column"
        case .string: "a string"
        case .date: "a date"
        case .time: "a time"
        }
    }

    static func condition(_ sql: String, _ expression: FilterExpression, _ range: Range<Int>) -> FilterOperand {
        FilterOperand(kind: .exact(digits: 1, scale: 0), sql: sql, expression: expression, range: range, isInteger: true,
            isCondition: true)
    }
}
