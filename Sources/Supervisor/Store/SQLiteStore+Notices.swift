import GRDB
package import SupervisorTasks
package import SyncModel

extension SQLiteStore: NoticeStore {
    package func add(_ notice: Notice) async throws(Failure) {
        try await write { database in try Self.insert(notice, database) }
    }

    package func notices(unreadOnly: Bool, limit: Int) async throws(Failure) -> [StoredNotice] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM notice \(unreadOnly ? "WHERE is_read = 0" : "") ORDER BY id DESC LIMIT ?",
                arguments: [limit]
            ).map(StoredNotice.init(row:))
        }
    }

    package func readNotice(_ id: Int64) async throws(Failure) -> StoredNotice? {
        try await write { database in
            try database.execute(sql: "UPDATE notice SET is_read = 1 WHERE id = ?", arguments: [id])
            return try Row.fetchOne(database, sql: "SELECT * FROM notice WHERE id = ?", arguments: [id])
                .map(StoredNotice.init(row:))
        }
    }

    static func insert(_ notice: Notice, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO notice (kind, subject, body, at) VALUES (?, ?, ?, ?)",
            arguments: [notice.kind.rawValue, notice.subject, notice.text, Int64(clamping: notice.at)]
        )
    }
}

extension StoredNotice {
    init(row: Row) throws {
        let notice = Notice(
            try RowCodec.word(row["kind"]),
            subject: row["subject"],
            text: row["body"],
            at: UInt64(clamping: row["at"] as Int64)
        )
        self.init(id: row["id"], notice: notice, isRead: row["is_read"])
    }
}
