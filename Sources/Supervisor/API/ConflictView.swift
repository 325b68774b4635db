package import SyncModel

/// Number of conflicts of a task, by class.
package struct ConflictsView: Sendable, Hashable, Codable {
    package var total: UInt64
    /// Reported to the operator and not yet decided.
    package var unresolved: UInt64
    package var insertExists: UInt64
    package var updateDiffers: UInt64
    package var updateMissing: UInt64
    package var deleteDiffers: UInt64
    package var deleteMissing: UInt64
    package var uniqueViolation: UInt64

    package init(_ counts: ConflictCounts = ConflictCounts(), unresolved: UInt64 = 0) {
        total = counts.total
        self.unresolved = unresolved
        insertExists = counts.insertExists
        updateDiffers = counts.updateDiffers
        updateMissing = counts.updateMissing
        deleteDiffers = counts.deleteDiffers
        deleteMissing = counts.deleteMissing
        uniqueViolation = counts.uniqueViolation
    }
}

/// One conflict as `conflict show ID --json` prints it.
package struct ConflictView: Sendable, Hashable, Codable {
    /// Unique over all tasks of this daemon.
    package var id: String
    /// Name of the task.
    package var task: String
    /// nil when the record cannot be read.
    @OrNull package var kind: ConflictClass?
    /// Names on the target.
    package var database: String
    package var table: String
    package var key: [NamedField]
    /// The source's row before and after the change, and the target's row at that moment; null where there is none.
    @OrNull package var before: [NamedField]?
    @OrNull package var after: [NamedField]?
    @OrNull package var current: [NamedField]?
    /// Where the change is in the source's binlog.
    package var position: PositionView
    package var decision: ConflictDecision
    /// False while an operator's decision is awaited.
    package var resolved: Bool
    @OrNull package var at: Timestamp?
    /// In the answer to a decision that was for both halves of a pair: what the other half has found of the same row.
    package var counterpart: String?
    /// Why the record cannot be read; left out where it can.
    package var error: ErrorBody.Details?

    package init(id: String, task: String, record: ConflictRecord, resolved: Bool) {
        self.id = id
        self.task = task
        kind = record.kind
        database = record.database
        table = record.table
        key = record.key.map(NamedField.init)
        before = record.before?.map(NamedField.init)
        after = record.after?.map(NamedField.init)
        current = record.current?.map(NamedField.init)
        position = PositionView(record.position)
        decision = record.decision
        self.resolved = resolved
        at = Timestamp(microsecondsSince1970: record.at)
    }

    /// Stands for a conflict whose record cannot be read.
    package init(id: String, task: String, decision: ConflictDecision, resolved: Bool, unreadable: Failure) {
        self.id = id
        self.task = task
        database = ""
        table = ""
        key = []
        position = PositionView()
        self.decision = decision
        self.resolved = resolved
        error = ErrorBody(unreadable).error
    }

    private enum CodingKeys: String, CodingKey {
        case id, task, database, table, key, before, after, current, position, decision, resolved, at, counterpart, error
        case kind = "class"
    }
}

/// A column's name and value, `null` printed as such.
package struct NamedField: Sendable, Hashable, Codable {
    package var column: String
    @OrNull package var value: String?

    package init(_ named: NamedValue) {
        column = named.column
        value = named.value
    }
}

/// Which conflicts to list: newest first.
package struct ConflictQuery: Sendable, Hashable {
    package static let limits = 1...1000

    package var unresolvedOnly: Bool
    package var kind: ConflictClass?
    /// `table` or `database.table`, names on the target.
    package var table: String?
    package var limit: Int
    /// Only those older than this one: the way to the next page.
    package var before: String?

    package init(
        unresolvedOnly: Bool = false, kind: ConflictClass? = nil, table: String? = nil, limit: Int = 100, before: String? = nil
    ) {
        self.unresolvedOnly = unresolvedOnly
        self.kind = kind
        self.table = table
        self.limit = limit
        self.before = before
    }
}

/// One page of conflicts.
package struct ConflictPage: Sendable, Hashable, Codable {
    package var conflicts: [ConflictView]
    /// Whether older ones exist.
    package var more: Bool
    /// Conflicts that are in no list: the target keeps the newest ones only, and these had to go before they were told.
    package var missed: UInt64

    package init(conflicts: [ConflictView], more: Bool, missed: UInt64 = 0) {
        self.conflicts = conflicts
        self.more = more
        self.missed = missed
    }
}

/// Which row wins a reported conflict: by the direction of the task that found it, or by the side of its pair.
package enum ConflictSide: String, Sendable, Hashable, Codable, CaseIterable {
    case source, target, a, b
}

/// Answer of `POST /conflicts/resolve`.
package struct ResolvedConflicts: Sendable, Hashable, Codable {
    /// Identifiers of what was decided.
    package var resolved: [String]

    package init(resolved: [String]) {
        self.resolved = resolved
    }
}
