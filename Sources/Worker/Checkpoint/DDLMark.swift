/// The origin mark of a DDL statement: DDL commits by itself, so it cannot stand behind a marker row.
///
/// It is a comment at the statement's beginning, which servers keep in the binlog of CREATE TABLE and CREATE DATABASE.
/// CREATE VIEW is printed anew by the server and loses it.
package enum DDLMark {
    private static let opening = "/* dts "
    private static let closing = " */ "

    /// - Parameter origins: identities of the servers that the statement was born on or came through, comma separated.
    package static func comment(origins: String) -> String { opening + origins.filter { $0 != "*" } + closing }

    /// The origins of a statement of ours; nil for anybody else's.
    package static func origins(of statement: String) -> String? {
        guard statement.hasPrefix(opening), let end = statement.firstRange(of: closing) else { return nil }
        return String(statement[..<end.lowerBound].dropFirst(opening.count))
    }
}
