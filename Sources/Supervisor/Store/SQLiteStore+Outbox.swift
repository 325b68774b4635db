import GRDB
package import SupervisorNotices
package import SupervisorOutbox
import SupervisorTasks
package import SyncModel

extension SQLiteStore: OutboxStore {
    package func waiting(for channel: String) async throws(Failure) -> [OutboxEntry] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT o.id AS entry, o.recipient, n.* FROM outbox o JOIN notice n ON n.number = o.notice
                    WHERE o.channel = ? ORDER BY o.id
                    """,
                arguments: [channel]
            ).map { row in OutboxEntry(id: row["entry"], recipient: row["recipient"], notice: Notice(row: row)) }
        }
    }

    package func composed(over channel: String, since: UInt64) async throws(Failure) -> [String?: [ComposedMessage]] {
        try await read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT recipient, at, body FROM message WHERE channel = ? AND at > ? ORDER BY at",
                arguments: [channel, Int64(clamping: since)])
            return try Dictionary(grouping: rows) { $0["recipient"] as String? }.mapValues { rows in
                try rows.map { row in
                    let message = try Self.message(row["body"])
                    return ComposedMessage(at: UInt64(clamping: row["at"] as Int64), severity: message?.severity ?? .info)
                }
            }
        }
    }

    package func compose(_ plans: [MessagePlan], over channel: String) async throws(Failure) {
        try await write { database in
            for plan in plans {
                try Self.insert(plan.message, over: channel, database)
                for entry in plan.entries {
                    try database.execute(sql: "DELETE FROM outbox WHERE id = ?", arguments: [entry])
                }
            }
        }
    }

    private static func insert(_ message: Message, over channel: String, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO message (id, channel, recipient, at, state, next_at, body) VALUES (?, ?, ?, ?, 'waiting', ?, ?)",
            arguments: [
                message.id, channel, message.recipient, Int64(clamping: message.at), Int64(clamping: message.at), try RowCodec.text(message),
            ])
    }

    package func undelivered(over channel: String) async throws(Failure) -> [StoredMessage] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM message WHERE channel = ? AND state = 'waiting' ORDER BY next_at, at", arguments: [channel]
            ).compactMap(StoredMessage.init(row:))
        }
    }

    package func delivered(_ id: String, answer: String, at: UInt64, again: [Message], notice: Notice?) async throws(Failure) {
        try await write { database in
            guard let channel = try String.fetchOne(database, sql: "SELECT channel FROM message WHERE id = ?", arguments: [id]) else { return }
            for message in again { try Self.insert(message, over: channel, database) }
            if let notice { try insert(notice, database, besides: channel) }
            try database.execute(
                sql: "UPDATE message SET state = 'delivered', attempts = attempts + 1, next_at = ?, blocks = 0, answer = ? WHERE id = ?",
                arguments: [Int64(clamping: at), answer, id])
        }
    }

    package func postpone(_ id: String, until: UInt64, blocks: Bool, reason: String) async throws(Failure) {
        try await write { database in
            try database.execute(
                sql: "UPDATE message SET attempts = attempts + 1, next_at = ?, blocks = ?, answer = ? WHERE id = ?",
                arguments: [Int64(clamping: until), blocks, reason, id])
        }
    }

    package func giveUp(_ id: String, reason: String, at: UInt64, notice: Notice) async throws(Failure) {
        try await write { database in
            guard let channel = try String.fetchOne(database, sql: "SELECT channel FROM message WHERE id = ?", arguments: [id]) else { return }
            try database.execute(
                sql: "UPDATE message SET state = 'dead', attempts = attempts + 1, next_at = ?, blocks = 0, answer = ? WHERE id = ?",
                arguments: [Int64(clamping: at), reason, id])
            // Over the same channel it would come to nothing, again and again; and two channels that are down would tell each other
            // of what they could not tell.
            let body = try String.fetchOne(database, sql: "SELECT body FROM message WHERE id = ?", arguments: [id])
            let message: Message? = try body.flatMap(Self.message)
            let isAboutChannels = message.map { !$0.notices.isEmpty && $0.notices.allSatisfy { $0.event == .undelivered } } ?? false
            try insert(notice, database, besides: channel, isSilent: isAboutChannels)
        }
    }

    package func outbox() async throws(Failure) -> OutboxState {
        try await read { database in
            var state = OutboxState()
            for row in try Row.fetchAll(database, sql: "SELECT channel, COUNT(*) AS number FROM outbox GROUP BY channel") {
                state.gathering[row["channel"]] = row["number"]
            }
            state.messages = try Row.fetchAll(
                database, sql: "SELECT * FROM message WHERE state <> 'delivered' ORDER BY channel, at"
            ).map { try StoredMessage(row: $0) ?? StoredMessage(unreadable: $0) }
            return state
        }
    }

    package func orphans(besides channels: Set<String>, before: UInt64) async throws(Failure) -> [StoredMessage] {
        let known = try Self.text(channels.sorted())
        return try await read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT * FROM message WHERE state = 'waiting' AND at < ? AND channel NOT IN (SELECT value FROM json_each(?))",
                arguments: [Int64(clamping: before), known]
            ).compactMap(StoredMessage.init(row:))
        }
    }

    package func drop(besides channels: Set<String>, before: UInt64, notice: @escaping @Sendable (String, Int) -> Notice) async throws(Failure) {
        let known = try Self.text(channels.sorted())
        try await write { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    DELETE FROM outbox WHERE channel NOT IN (SELECT value FROM json_each(?))
                    AND notice IN (SELECT number FROM notice WHERE at < ?) RETURNING channel
                    """,
                arguments: [known, Int64(clamping: before)])
            for (channel, lost) in Dictionary(grouping: rows, by: { $0["channel"] as String }).sorted(by: { $0.key < $1.key }) {
                try insert(notice(channel, lost.count), database, besides: channel)
            }
        }
    }

    package func purge(readBefore: UInt64, allBefore: UInt64) async throws(Failure) {
        try await write { database in
            // What a channel has still to tell is not taken from it.
            try database.execute(
                sql: """
                    DELETE FROM notice WHERE (at < ?2 OR at < ?1 AND is_read = 1)
                    AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.notice = notice.number)
                    """,
                arguments: [Int64(clamping: readBefore), Int64(clamping: allBefore)])
            try database.execute(
                sql: "DELETE FROM message WHERE state <> 'waiting' AND next_at < ?", arguments: [Int64(clamping: readBefore)])
        }
    }

    private static func text(_ value: some Encodable) throws(Failure) -> String {
        do { return try RowCodec.text(value) } catch { throw failure(error) }
    }
}

extension StoredMessage {
    /// nil when it cannot be read: it stays where it is, and holds up no other.
    init?(row: Row) throws {
        guard let message = try SQLiteStore.message(row["body"]) else { return nil }
        self.init(message, row, reason: row["answer"])
    }

    /// Stands for one that cannot be read.
    init(unreadable row: Row) {
        let id: String = row["id"]
        let record = UnreadableRecord(.other("message"), name: id, reason: "it has an unknown form")
        let at = UInt64(clamping: row["at"] as Int64)
        let notice = Notice(id: id, .recordUnreadable, text: record.failure.message, remedy: record.failure.remedy, at: at)
        self.init(Message(id: id, at: at, notices: [notice], recipient: row["recipient"]), row, reason: record.failure.description)
    }

    private init(_ message: Message, _ row: Row, reason: String?) {
        self.init(
            message: message, channel: row["channel"], state: State(rawValue: row["state"]) ?? .waiting, attempts: row["attempts"],
            nextAt: UInt64(clamping: row["next_at"] as Int64), blocks: row["blocks"], reason: reason)
    }
}

extension SQLiteStore {
    /// - Returns: nil when it cannot be read.
    static func message(_ body: String) throws -> Message? {
        do { return try RowCodec.value(body) as Message } catch is DecodingError { return nil }
    }

    static func findUnreadableMessages(_ database: Database, _ state: inout StoredState) throws {
        for row in try Row.fetchAll(database, sql: "SELECT id, channel, body FROM message WHERE state <> 'delivered'")
        where try message(row["body"]) == nil {
            let name: String = row["id"]
            state.unreadable.append(
                UnreadableRecord(
                    .other("message over '\(row["channel"] as String)'"), name: name, reason: "it has an unknown form"))
        }
    }
}
