import GRDB
package import SupervisorBilling
package import SupervisorNotices
import SupervisorTasks
package import SyncModel

extension SQLiteStore: BillingStore {
    package func billing() async throws(Failure) -> BillingState {
        try await read { database in
            var state = BillingState()
            for row in try Row.fetchAll(database, sql: "SELECT * FROM billing_notice") {
                do {
                    let entry = BillingEntry(
                        row["subject"], try RowCodec.word(row["kind"]), try RowCodec.word(row["stage"]), end: try Self.day(row["due_date"]))
                    state.told[entry] = UInt64(clamping: row["at"] as Int64)
                } catch {
                    state.unreadable.append(.init(name: row["subject"], reason: UnreadableRecord.reason(error)))
                }
            }
            for row in try Row.fetchAll(database, sql: "SELECT * FROM billing_isolation") {
                do {
                    let isolation = Isolation(
                        task: row["task"], until: try Self.day(row["until"]), since: UInt64(clamping: row["since"] as Int64),
                        wasUp: row["was_up"])
                    state.isolations[isolation.task] = isolation
                } catch {
                    state.unreadable.append(.init(name: row["task"], reason: UnreadableRecord.reason(error)))
                }
            }
            for row in try Row.fetchAll(database, sql: "SELECT * FROM usage_mark") {
                state.marks[row["task"]] = UsageMark(
                    applied: UInt64(clamping: row["applied"] as Int64), loaded: UInt64(clamping: row["loaded"] as Int64))
            }
            return state
        }
    }

    package func tell(_ news: [BillingNews]) async throws(Failure) {
        try await write { database in
            for one in news {
                try database.execute(
                    sql: """
                        INSERT INTO billing_notice (subject, kind, stage, due_date, at) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT DO NOTHING
                        """,
                    arguments: [
                        one.entry.subject, one.entry.kind.rawValue, one.entry.stage.rawValue, one.entry.end.description,
                        Int64(clamping: one.notice.at),
                    ])
                if database.changesCount > 0 { try insert(one.notice, database) }
            }
        }
    }

    package func isolate(_ isolation: Isolation, telling notice: Notice) async throws(Failure) {
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO billing_isolation (task, until, since, was_up) SELECT id, ?, ?, ? FROM task WHERE id = ?
                    ON CONFLICT DO NOTHING
                    """,
                arguments: [isolation.until.description, Int64(clamping: isolation.since), isolation.wasUp, isolation.task])
            if database.changesCount > 0 {
                try insert(notice, database)
            } else if isolation.wasUp {
                try database.execute(sql: "UPDATE billing_isolation SET was_up = 1 WHERE task = ?", arguments: [isolation.task])
            }
        }
    }

    package func liftIsolation(of task: String, telling notice: Notice) async throws(Failure) {
        try await write { database in
            try database.execute(sql: "DELETE FROM billing_isolation WHERE task = ?", arguments: [task])
            if database.changesCount > 0 { try insert(notice, database) }
        }
    }

    package func add(_ usage: UsageBatch) async throws(Failure) {
        try await write { database in
            for row in usage.rows {
                try database.execute(
                    sql: """
                        INSERT INTO usage (task, name, owner, mode, day, milliseconds, row_count, byte_count)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (task, day, mode) DO UPDATE SET
                            name = excluded.name, owner = excluded.owner, milliseconds = milliseconds + excluded.milliseconds,
                            row_count = row_count + excluded.row_count, byte_count = byte_count + excluded.byte_count
                        """,
                    arguments: [
                        row.task, row.name, row.owner, row.mode.rawValue, row.day.description, Int64(clamping: row.milliseconds),
                        Int64(clamping: row.rows), Int64(clamping: row.bytes),
                    ])
            }
            for (task, mark) in usage.marks {
                // A task that was deleted meanwhile has no row to belong to, and counts no further.
                try database.execute(
                    sql: """
                        INSERT INTO usage_mark (task, applied, loaded) SELECT id, ?, ? FROM task WHERE id = ?
                        ON CONFLICT (task) DO UPDATE SET applied = excluded.applied, loaded = excluded.loaded
                        """,
                    arguments: [Int64(clamping: mark.applied), Int64(clamping: mark.loaded), task])
            }
        }
    }

    package func usage(from: CalendarDate, to: CalendarDate, of name: String?) async throws(Failure) -> [UsageRow] {
        try await read { database in
            var sql = "SELECT * FROM usage WHERE day BETWEEN ? AND ?"
            var arguments: StatementArguments = [from.description, to.description]
            if let name {
                sql += " AND name = ?"
                arguments += [name]
            }
            return try Row.fetchAll(database, sql: sql + " ORDER BY day, name, task, mode", arguments: arguments).map { row in
                UsageRow(
                    task: row["task"], name: row["name"], owner: row["owner"], mode: try RowCodec.word(row["mode"]),
                    day: try Self.day(row["day"]), milliseconds: UInt64(clamping: row["milliseconds"] as Int64),
                    rows: UInt64(clamping: row["row_count"] as Int64), bytes: UInt64(clamping: row["byte_count"] as Int64))
            }
        }
    }

    private static func day(_ text: String) throws -> CalendarDate {
        guard let day = CalendarDate(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "'\(text)' is not a day"))
        }
        return day
    }
}
