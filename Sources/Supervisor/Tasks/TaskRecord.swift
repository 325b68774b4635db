package import SyncModel

/// All that is stored about a task, apart from its progress, its check items and its conflicts.
package struct TaskRecord: Sendable, Hashable {
    package let id: String
    package var name: String
    /// Its place in a pair; nil for a task of its own.
    package var pair: PairRole?
    package var spec: TaskSpec
    package var secrets: Secrets
    package var memory: TaskStateMachine.Memory
    /// When ``TaskStateMachine/Memory/failure`` happened, microseconds since 1970 UTC.
    package var failedAt: UInt64?
    /// Check items that the user chose to skip.
    package var skippedItems: Set<String>
    /// What the last worker found out about the servers.
    package var source: ServerFacts?
    package var target: ServerFacts?
    /// Microseconds since 1970 UTC.
    package let createdAt: UInt64

    package init(
        id: String,
        name: String,
        pair: PairRole? = nil,
        spec: TaskSpec,
        secrets: Secrets,
        memory: TaskStateMachine.Memory = .init(state: .configured, desired: .idle),
        failedAt: UInt64? = nil,
        skippedItems: Set<String> = [],
        source: ServerFacts? = nil,
        target: ServerFacts? = nil,
        createdAt: UInt64
    ) {
        self.id = id
        self.name = name
        self.pair = pair
        self.spec = spec
        self.secrets = secrets
        self.memory = memory
        self.failedAt = failedAt
        self.skippedItems = skippedItems
        self.source = source
        self.target = target
        self.createdAt = createdAt
    }
}
