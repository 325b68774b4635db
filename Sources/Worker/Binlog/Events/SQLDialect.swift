/// What of a session's `sql_mode` decides where names and texts of a statement end, and whether its server tells names by their case.
package struct SQLDialect: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `"x"` is a name.
    package static let ansiQuotes = SQLDialect(rawValue: 1)
    /// A backslash is a letter like any other.
    package static let noBackslashEscapes = SQLDialect(rawValue: 2)

    /// `lower_case_table_names = 1`: names of databases, tables and views are in lower case, however they are written.
    package static let foldsNames = SQLDialect(rawValue: 4)

    /// - Parameter mode: the bits of `sql_mode`, which MySQL and MariaDB share as far as these are concerned.
    package init(sqlMode mode: UInt64) {
        var dialect: SQLDialect = []
        if mode & 1 << 2 != 0 { dialect.insert(.ansiQuotes) }
        if mode & 1 << 20 != 0 { dialect.insert(.noBackslashEscapes) }
        self = dialect
    }

    /// The name of a database, table or view as the server knows it.
    package func folded(_ name: String) -> String { contains(.foldsNames) ? Self.folded(name) : name }

    /// As servers do: letter by letter, each by one.
    package static func folded(_ name: String) -> String {
        var result = String.UnicodeScalarView()
        for letter in name.unicodeScalars {
            let lower = letter.properties.lowercaseMapping.unicodeScalars
            result.append(lower.first ?? letter)
        }
        return String(result)
    }

    /// Whether a quote of this kind encloses a name.
    package func isName(_ quote: UInt8) -> Bool {
        quote == UInt8(ascii: "`") || quote == UInt8(ascii: "\"") && contains(.ansiQuotes)
    }

    /// Whether a backslash takes the letter behind it along, between quotes of this kind.
    package func escapes(_ quote: UInt8) -> Bool { !isName(quote) && !contains(.noBackslashEscapes) }
}
