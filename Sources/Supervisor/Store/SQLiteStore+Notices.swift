import GRDB
package import SupervisorNotices
package import SupervisorTasks
package import SyncModel

extension SQLiteStore: NoticeStore {
    package func add(_ notices: [Notice]) async throws(Failure) {
        try await write { database in for notice in notices { try insert(notice, database) } }
    }

    package func notices(_ selection: NoticeSelection) async throws(Failure) -> [StoredNotice] {
        var conditions = ["severity IN (\(Severity.allCases.filter { $0 >= selection.severity }.map { "'\($0.rawValue)'" }.joined(separator: ", ")))"]
        var arguments: StatementArguments = []
        if selection.unreadOnly { conditions.append("is_read = 0") }
        if let task = selection.task {
            conditions.append("task = ?")
            arguments += [task]
        }
        if let event = selection.event {
            conditions.append("event = ?")
            arguments += [event.rawValue]
        }
        if let before = selection.before {
            conditions.append("number < ?")
            arguments += [before]
        }
        arguments += [selection.limit]
        let sql = "SELECT * FROM notice WHERE \(conditions.joined(separator: " AND ")) ORDER BY number DESC LIMIT ?"
        return try await read { [arguments] database in
            try Row.fetchAll(database, sql: sql, arguments: arguments).map { StoredNotice(row: $0) }
        }
    }

    package func readNotice(_ number: Int64) async throws(Failure) -> StoredNotice? {
        try await write { database in
            try database.execute(sql: "UPDATE notice SET is_read = 1 WHERE number = ?", arguments: [number])
            return try Row.fetchOne(database, sql: "SELECT * FROM notice WHERE number = ?", arguments: [number])
                .map { StoredNotice(row: $0) }
        }
    }

    package func readAllNotices() async throws(Failure) -> Int {
        try await write { database in
            try database.execute(sql: "UPDATE notice SET is_read = 1 WHERE is_read = 0")
            return database.changesCount
        }
    }

    /// Adds a notice and what the channels have to tell of it. An alarm that is open for the same cause is only counted; a
    /// recovery that closes nothing is dropped; whatever closes one goes also to whoever was told of the alarm.
    /// - Parameters:
    ///   - silent: a channel that is not to tell it.
    ///   - isSilent: no channel is.
    func insert(_ notice: Notice, _ database: Database, besides silent: String? = nil, isSilent: Bool = false) throws {
        var notice = notice
        var opened: UInt64?
        if notice.event.isAlarm, let alarm = try repeated(notice, database) {
            if alarm.cause == notice.cause { return }
            opened = alarm.since
        }
        let closed = try close(notice.event.closes.map(notice.alarmKey), database)
        if notice.event.isOnlyRecovery {
            guard let since = closed.map(\.since).min() else { return }
            notice.facts.append(.init("lasted", notice.at.since(since)))
            let repeats = closed.reduce(0) { $0 + $1.repeats }
            if repeats > 0 { notice.facts.append(.init("happened", "\(repeats + 1) times")) }
        }
        try database.execute(
            sql: "INSERT INTO notice (id, event, severity, task, at, body) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                notice.id, notice.event.rawValue, notice.severity.rawValue, notice.task, Int64(clamping: notice.at), try RowCodec.text(notice),
            ]
        )
        let number = database.lastInsertedRowID
        var destinations = Set(router().destinations(of: notice))
        // Whoever was told of an alarm hears of its end, also when it only ends because the task does.
        destinations.formUnion(closed.flatMap(\.destinations))
        destinations = destinations.filter { $0.channel != silent && !isSilent }
        for destination in destinations {
            try database.execute(
                sql: "INSERT INTO outbox (notice, channel, recipient) VALUES (?, ?, ?)",
                arguments: [number, destination.channel, destination.recipient])
        }
        if notice.event.isAlarm {
            try database.execute(
                sql: """
                    INSERT INTO alarm (key, since, cause, destinations) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET cause = excluded.cause, destinations = excluded.destinations
                    """,
                arguments: [
                    notice.alarmKey(notice.event), Int64(clamping: opened ?? notice.at), notice.cause,
                    try RowCodec.text(destinations.sorted { ($0.channel, $0.recipient ?? "") < ($1.channel, $1.recipient ?? "") }),
                ])
        }
        if !destinations.isEmpty { database.afterNextTransaction { _ in news.notify() } }
    }

    /// Counts it, when the alarm is open already.
    private func repeated(_ notice: Notice, _ database: Database) throws -> (since: UInt64, cause: String)? {
        let rows = try Row.fetchAll(
            database, sql: "UPDATE alarm SET repeats = repeats + 1 WHERE key = ? RETURNING since, cause",
            arguments: [notice.alarmKey(notice.event)])
        return rows.first.map { (UInt64(clamping: $0["since"] as Int64), $0["cause"]) }
    }

    private struct ClosedAlarm {
        var since: UInt64
        var repeats: Int
        var destinations: [Destination]
    }

    private func close(_ keys: [String], _ database: Database) throws -> [ClosedAlarm] {
        var closed: [ClosedAlarm] = []
        for key in keys {
            let rows = try Row.fetchAll(
                database, sql: "DELETE FROM alarm WHERE key = ? RETURNING since, repeats, destinations", arguments: [key])
            for row in rows {
                // Who heard of it is not known when it cannot be read; the rules then say who hears of the end.
                var destinations: [Destination] = []
                do { destinations = try RowCodec.value(row["destinations"]) } catch is DecodingError {}
                closed.append(
                    ClosedAlarm(since: UInt64(clamping: row["since"] as Int64), repeats: row["repeats"], destinations: destinations))
            }
        }
        return closed
    }
}

extension StoredNotice {
    init(row: Row) {
        self.init(number: row["number"], notice: Notice(row: row), isRead: row["is_read"])
    }
}

extension Notice {
    /// One that cannot be read is told as that, with what its row says beside it.
    init(row: Row) {
        do {
            self = try RowCodec.value(row["body"])
        } catch {
            let event: String = row["event"]
            let record = UnreadableRecord(.other("message"), name: "\(row["number"] as Int64) (\(event))", error)
            self.init(
                id: row["id"], .recordUnreadable, severity: Severity(rawValue: row["severity"]), task: row["task"], text: record.failure.message,
                remedy: record.failure.remedy, at: UInt64(clamping: row["at"] as Int64))
        }
    }
}

extension UInt64 {
    /// The time between two moments in microseconds, for people: `3 h 12 min`.
    fileprivate func since(_ start: UInt64) -> String {
        let seconds = (self - Swift.min(self, start)) / 1_000_000
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
        case ..<86_400: return "\(seconds / 3600) h \(seconds / 60 % 60) min"
        default: return "\(seconds / 86_400) d \(seconds / 3600 % 24) h"
        }
    }
}
