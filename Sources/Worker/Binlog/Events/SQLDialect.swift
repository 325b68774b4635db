/// What of a session's `sql_mode` decides where names and texts of a statement end.
package struct SQLDialect: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `"x"` is a name.
    package static let ansiQuotes = SQLDialect(rawValue: 1)
    /// A backslash is a letter like any other.
    package static let noBackslashEscapes = SQLDialect(rawValue: 2)

    /// - Parameter mode: the bits of `sql_mode`, which MySQL and MariaDB share as far as these are concerned.
    package init(sqlMode mode: UInt64) {
        var dialect: SQLDialect = []
        if mode & 1 << 2 != 0 { dialect.insert(.ansiQuotes) }
        if mode & 1 << 20 != 0 { dialect.insert(.noBackslashEscapes) }
        self = dialect
    }

    /// Whether a quote of this kind encloses a name.
    package func isName(_ quote: UInt8) -> Bool {
        quote == UInt8(ascii: "`") || quote == UInt8(ascii: "\"") && contains(.ansiQuotes)
    }

    /// Whether a backslash takes the letter behind it along, between quotes of this kind.
    package func escapes(_ quote: UInt8) -> Bool { !isName(quote) && !contains(.noBackslashEscapes) }
}
