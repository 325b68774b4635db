/// A connection that a server tells of.
package struct ListedConnection: Sendable, Hashable {
    package var id: UInt64
    package var user: String
    /// What it does, such as `Query`, `Sleep`, `Binlog Dump`.
    package var command: String
    /// Seconds it has been doing that.
    package var seconds: Int
    /// Beginning of the statement that it runs: at most 100 bytes, in the character set that it came in.
    package var statement: String?

    package init(id: UInt64, user: String, command: String, seconds: Int, statement: String? = nil) {
        self.id = id
        self.user = user
        self.command = command
        self.seconds = seconds
        self.statement = statement
    }

    /// Whether it runs this statement, as far as can be told: by the ASCII characters that both begin with, because the
    /// server may tell the others in another character set, or cut there.
    package func runs(_ text: String) -> Bool {
        guard let statement else { return false }
        return statement.utf8.starts(with: text.utf8.prefix(40).prefix { $0 < 0x80 })
    }
}

extension Session {
    /// Connections that the user may see: those of the same user, and everybody's with the privilege PROCESS.
    ///
    /// Not `information_schema.PROCESSLIST`: MySQL refuses to read it (3854) while any session of the server runs a
    /// statement with characters of four bytes.
    package func connections() throws(MySQLError) -> [ListedConnection] {
        try rows("SHOW PROCESSLIST").compactMap { row in
            guard row.count >= 8, let id = row[0].flatMap({ UInt64($0) }) else { return nil }
            return ListedConnection(
                id: id, user: row[1] ?? "", command: row[4] ?? "", seconds: row[5].flatMap { Int($0) } ?? 0, statement: row[7])
        }
    }

    /// Name of this session's user, without the host, as ``connections()`` tells it.
    package func ownUser() throws(MySQLError) -> String {
        let name = try value("SELECT USER()") ?? ""
        return name.lastIndex(of: "@").map { String(name[..<$0]) } ?? name
    }
}
