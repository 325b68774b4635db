package import SupervisorNotices
package import SyncModel

/// What a task has done on one day under one mode of billing.
package struct UsageRow: Sendable, Hashable {
    /// Identifier of the task; it, and the row, stay when the task is deleted.
    package var task: String
    package var name: String
    package var owner: String?
    package var mode: TaskSpec.Billing
    package var day: CalendarDate
    /// Time in which it ran: not while it was verified, paused, retrying or failed.
    package var milliseconds: UInt64
    /// Rows that were copied, inserted, updated and deleted.
    package var rows: UInt64
    /// Bytes of rows and of the log that its workers read.
    package var bytes: UInt64

    package init(
        task: String, name: String, owner: String?, mode: TaskSpec.Billing, day: CalendarDate, milliseconds: UInt64 = 0, rows: UInt64 = 0,
        bytes: UInt64 = 0
    ) {
        self.task = task
        self.name = name
        self.owner = owner
        self.mode = mode
        self.day = day
        self.milliseconds = milliseconds
        self.rows = rows
        self.bytes = bytes
    }
}

/// What a task says of itself. Counts of rows are those of its whole life; the rest is since it was last asked.
package struct UsageSample: Sendable, Hashable {
    package var ran: Duration
    package var applied: UInt64
    package var loaded: UInt64
    package var bytes: UInt64

    package init(ran: Duration = .zero, applied: UInt64 = 0, loaded: UInt64 = 0, bytes: UInt64 = 0) {
        self.ran = ran
        self.applied = applied
        self.loaded = loaded
        self.bytes = bytes
    }
}

/// Up to which count of a task's life its rows are in the usage. Stored in the same transaction, so that after a crash no row is
/// counted twice. It only grows: a worker that begins to count its copied rows anew is not paid for until it is as far again.
package struct UsageMark: Sendable, Hashable {
    package var applied: UInt64
    package var loaded: UInt64

    package init(applied: UInt64 = 0, loaded: UInt64 = 0) {
        self.applied = applied
        self.loaded = loaded
    }
}

/// What is to be added in one transaction.
package struct UsageBatch: Sendable, Hashable {
    package var rows: [UsageRow]
    /// By identifier of the task.
    package var marks: [String: UsageMark]

    package init(rows: [UsageRow], marks: [String: UsageMark]) {
        self.rows = rows
        self.marks = marks
    }
}

/// Gathers usage until it is stored.
package struct UsageMeter: Sendable {
    private struct Key: Hashable {
        var task: String
        var day: CalendarDate
        var mode: TaskSpec.Billing
    }

    private var marks: [String: UsageMark]
    private var waiting: [Key: UsageRow] = [:]

    /// - Parameter marks: what was stored, by identifier of the task.
    package init(marks: [String: UsageMark] = [:]) { self.marks = marks }

    package mutating func note(_ sample: UsageSample, of task: BilledTask, on day: CalendarDate) {
        var mark = marks[task.id] ?? UsageMark()
        let rows = Self.step(&mark.applied, to: sample.applied) + Self.step(&mark.loaded, to: sample.loaded)
        let milliseconds = UInt64(max(0, sample.ran / .milliseconds(1)))
        guard rows > 0 || milliseconds > 0 || sample.bytes > 0 else { return }
        marks[task.id] = mark
        add(
            UsageRow(
                task: task.id, name: task.name, owner: task.owner, mode: task.mode, day: day, milliseconds: milliseconds, rows: rows,
                bytes: sample.bytes))
    }

    /// What has come together since the last time; nil: nothing.
    package mutating func take() -> UsageBatch? {
        guard !waiting.isEmpty else { return nil }
        let rows = Array(waiting.values)
        waiting = [:]
        return UsageBatch(rows: rows, marks: marks.filter { mark in rows.contains { $0.task == mark.key } })
    }

    /// It could not be stored after all.
    package mutating func giveBack(_ batch: UsageBatch) {
        for row in batch.rows { add(row) }
    }

    private mutating func add(_ row: UsageRow) {
        var sum = row
        if let known = waiting[Key(task: row.task, day: row.day, mode: row.mode)] {
            sum.milliseconds += known.milliseconds
            sum.rows += known.rows
            sum.bytes += known.bytes
        }
        waiting[Key(task: row.task, day: row.day, mode: row.mode)] = sum
    }

    private static func step(_ mark: inout UInt64, to count: UInt64) -> UInt64 {
        let step = count > mark ? count - mark : 0
        mark = max(mark, count)
        return step
    }
}
