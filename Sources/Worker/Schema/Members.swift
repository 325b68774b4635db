/// The members of an ENUM or SET, for people: rows hold their numbers.
package struct Members: Sendable, Hashable {
    package let names: [String]
    private let isSet: Bool

    /// - Returns: nil for a column of another type.
    package init?(_ column: TableDefinition.Column) {
        guard column.dataType == "enum" || column.dataType == "set" else { return nil }
        isSet = column.dataType == "set"
        names = Self.names(in: column.columnType)
    }

    /// The member of an ENUM's number, or those of a SET's bits, divided by commas. What no member belongs to, such as the
    /// number 0 of an ENUM that was given a text that is no member, stays a number.
    package func text(_ number: UInt64) -> String {
        guard isSet else {
            return number > 0 && number <= UInt64(names.count) ? names[Int(number) - 1] : String(number)
        }
        guard number >> UInt64(names.count) == 0 else { return String(number) }
        return names.indices.filter { number >> UInt64($0) & 1 == 1 }.map { names[$0] }.joined(separator: ",")
    }

    /// The same for a number as a server prints it.
    package func text(_ digits: some StringProtocol) -> String {
        UInt64(digits).map { text($0) } ?? String(digits)
    }

    /// Of `enum('a','it''s')`. Servers print a backslash before what would end the text or the line (`append_unescaped` in
    /// `sql/sql_show.cc` and `sql/unireg.cc`).
    private static func names(in type: String) -> [String] {
        var names: [String] = []
        var open: String?
        var characters = type.makeIterator()
        var pending = characters.next()
        while let character = pending {
            pending = characters.next()
            guard var name = open else {
                if character == "'" { open = "" }
                continue
            }
            switch character {
            case "'" where pending == "'", "\\":
                let escaped = pending ?? "\\"
                pending = characters.next()
                name.append(character == "'" ? "'" : escaped == "n" ? "\n" : escaped == "r" ? "\r" : escaped == "0" ? "\0" : escaped)
                open = name
            case "'":
                names.append(name)
                open = nil
            default:
                name.append(character)
                open = name
            }
        }
        return names
    }
}
