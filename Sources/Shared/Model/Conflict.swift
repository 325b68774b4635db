/// How a change from the source failed to fit the target's row.
package enum ConflictClass: String, Sendable, Hashable, Codable, CaseIterable {
    case insertExists = "insert_exists"
    case updateDiffers = "update_differs"
    case updateMissing = "update_missing"
    case deleteDiffers = "delete_differs"
    case deleteMissing = "delete_missing"
    case uniqueViolation = "unique_violation"
}

/// What was done about a conflict.
package enum ConflictDecision: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing was applied; the task paused and waits for the operator.
    case reported
    case keptTarget = "kept-target"
    case tookSource = "took-source"
}

/// One value of a row in a conflict record, as text that a person can read (`NULL` is nil; bytes as `0x…`).
package struct NamedValue: Sendable, Hashable, Codable {
    package var column: String
    package var value: String?

    package init(column: String, value: String?) {
        self.column = column
        self.value = value
    }
}

/// One conflict: both rows, the place in the source's binlog, the decision.
package struct ConflictRecord: Sendable, Hashable, Codable {
    /// Number of the record in the task's conflict table on the target; unique per task.
    package var sequence: UInt64
    package var kind: ConflictClass
    /// Names on the target.
    package var database: String
    package var table: String
    package var key: [NamedValue]
    /// The source's row before and after the change; nil where there is none.
    package var before: [NamedValue]?
    package var after: [NamedValue]?
    /// The target's row at that moment; nil where there was none.
    package var current: [NamedValue]?
    package var position: BinlogPosition
    package var decision: ConflictDecision
    /// When it was found, microseconds since 1970 UTC.
    package var at: UInt64

    package init(
        sequence: UInt64, kind: ConflictClass, database: String, table: String, key: [NamedValue], before: [NamedValue]?,
        after: [NamedValue]?, current: [NamedValue]?, position: BinlogPosition, decision: ConflictDecision, at: UInt64
    ) {
        self.sequence = sequence
        self.kind = kind
        self.database = database
        self.table = table
        self.key = key
        self.before = before
        self.after = after
        self.current = current
        self.position = position
        self.decision = decision
        self.at = at
    }
}

/// Number of conflicts by class, over the task's whole life.
package struct ConflictCounts: Sendable, Hashable, Codable {
    package var insertExists: UInt64
    package var updateDiffers: UInt64
    package var updateMissing: UInt64
    package var deleteDiffers: UInt64
    package var deleteMissing: UInt64
    package var uniqueViolation: UInt64

    package init() {
        insertExists = 0
        updateDiffers = 0
        updateMissing = 0
        deleteDiffers = 0
        deleteMissing = 0
        uniqueViolation = 0
    }

    /// The sum. The numbers come from another process, so it stops at the greatest one instead of trapping.
    package var total: UInt64 {
        [insertExists, updateDiffers, updateMissing, deleteDiffers, deleteMissing, uniqueViolation].reduce(0) { sum, number in
            let (result, overflow) = sum.addingReportingOverflow(number)
            return overflow ? .max : result
        }
    }

    package mutating func add(_ other: ConflictCounts) {
        insertExists += other.insertExists
        updateDiffers += other.updateDiffers
        updateMissing += other.updateMissing
        deleteDiffers += other.deleteDiffers
        deleteMissing += other.deleteMissing
        uniqueViolation += other.uniqueViolation
    }

    package mutating func add(_ kind: ConflictClass, _ number: UInt64 = 1) {
        switch kind {
        case .insertExists: insertExists += number
        case .updateDiffers: updateDiffers += number
        case .updateMissing: updateMissing += number
        case .deleteDiffers: deleteDiffers += number
        case .deleteMissing: deleteMissing += number
        case .uniqueViolation: uniqueViolation += number
        }
    }
}
