package import SyncModel

/// What the verification of one task found.
package struct VerificationView: Sendable, Hashable, Codable {
    package var name: String
    /// No item failed, or each that did was skipped by the user.
    package var passed: Bool
    package var items: [CheckItem]

    package init(name: String, passed: Bool, items: [CheckItem]) {
        self.name = name
        self.passed = passed
        self.items = items
    }
}

/// What the verification of both tasks of a pair found.
package struct PairVerificationView: Sendable, Hashable, Codable {
    package var name: String
    package var passed: Bool
    package var tasks: [VerificationView]

    package init(name: String, tasks: [VerificationView]) {
        self.name = name
        passed = tasks.allSatisfy(\.passed)
        self.tasks = tasks
    }
}
