package import SyncModel
package import SyncMySQL

/// The files of a server's binlog and their sizes, to tell how much log lies between two positions.
package struct BinlogFiles: Sendable {
    /// In the order in which they were written; sizes in bytes.
    private let files: [(name: String, size: UInt64)]

    package init(_ files: [(name: String, size: UInt64)]) { self.files = files }

    /// - Throws: among others when the user may not see the list (REPLICATION CLIENT; MariaDB: BINLOG MONITOR).
    package init(_ session: Session) throws(MySQLError) {
        files = try session.rows("SHOW BINARY LOGS").compactMap { row in
            guard row.count >= 2, let name = row[0], let size = row[1].flatMap({ UInt64($0) }) else { return nil }
            return (name, size)
        }
    }

    /// Bytes from one position to a later one; nil when the first file is not there (any more), or a position names none.
    package func bytes(from start: BinlogPosition, to end: BinlogPosition) -> UInt64? {
        guard let from = start.offset, let to = end.offset else { return nil }
        if start.file == end.file { return to - min(to, from) }
        guard let first = files.firstIndex(where: { $0.name == start.file }), let last = files.lastIndex(where: { $0.name == end.file }),
            first < last
        else { return nil }
        let size = files[first].size
        return files[first + 1..<last].reduce(size - min(size, from)) { $0 + $1.size } + to
    }
}
