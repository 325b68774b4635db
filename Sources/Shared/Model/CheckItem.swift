/// One item of a verification and what was found.
package struct CheckItem: Sendable, Hashable, Codable {
    package enum Level: String, Sendable, Hashable, Codable {
        case pass, alarm, fail, skipped
    }

    /// Stable word, e.g. `connect-source`, `binlog-format`.
    package var item: String
    package var level: Level
    /// What was found, with names and values.
    package var facts: String
    /// What is required.
    package var threshold: String
    /// SQL or steps that mend it; empty when it passed.
    package var remedy: String
    /// Stable code of the failure, for `error.code`.
    package var code: FailureCode?
    /// Whether the user may go on after acknowledging the risk.
    package var skippable: Bool

    package init(
        item: String, level: Level, facts: String, threshold: String = "", remedy: String = "", code: FailureCode? = nil,
        skippable: Bool = false
    ) {
        self.item = item
        self.level = level
        self.facts = facts
        self.threshold = threshold
        self.remedy = remedy
        self.code = code
        self.skippable = skippable
    }
}
