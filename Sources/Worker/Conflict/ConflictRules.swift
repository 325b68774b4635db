package import SyncModel

/// What the source did to a row, netted over a batch.
package enum RowChange: Sendable, Hashable {
    case insert, update, delete
}

/// The target's row at the moment of applying, compared by value.
package enum TargetRow: Sendable, Hashable {
    case missing
    /// As the source's row was before the change.
    case asBefore
    /// As the source's row is after the change.
    case asAfter
    case differs
}

/// The value test: whether a change fits the target's row.
package enum ConflictRules {
    package enum Verdict: Sendable, Hashable {
        case apply
        /// The target has it already.
        case nothing
        case conflict(ConflictClass)
    }

    package static func verdict(_ change: RowChange, _ row: TargetRow) -> Verdict {
        switch (change, row) {
        case (.insert, .missing), (.update, .asBefore), (.delete, .asBefore): .apply
        case (.insert, .asAfter), (.update, .asAfter): .nothing
        case (.insert, .asBefore), (.insert, .differs): .conflict(.insertExists)
        case (.update, .missing): .conflict(.updateMissing)
        case (.update, .differs): .conflict(.updateDiffers)
        case (.delete, .missing): .conflict(.deleteMissing)
        case (.delete, .asAfter), (.delete, .differs): .conflict(.deleteDiffers)
        }
    }

    /// What a policy does about a conflict without asking anybody.
    package static func decision(_ policy: ConflictPolicy) -> ConflictDecision {
        switch policy {
        case .report, .newest, .newestCommitTime: .reported
        case .ignore: .keptTarget
        case .overwrite: .tookSource
        }
    }
}
