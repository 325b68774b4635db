package import SyncModel

/// All that is stored about a pair. Its two tasks are ordinary ``TaskRecord``s.
package struct PairRecord: Sendable, Hashable {
    /// How far the start of a pair has come. Each step is stored before the next one is taken, and each may be repeated.
    package enum Gate: String, Sendable, Hashable, Codable, CaseIterable {
        /// Not started yet, or the start has not got as far as the note of B's position.
        case closed
        /// B's position is noted on A as the start of b-to-a; a-to-b may run, b-to-a waits.
        case prepared
        /// a-to-b has reached the incremental phase; both run and restart on their own.
        case open
    }

    package var spec: PairSpec
    /// `source` is the password of A, `target` that of B.
    package var secrets: Secrets
    /// `auto` until the target has been looked at.
    package var scenario: PairSpec.Scenario
    package var desired: Desired
    package var gate: Gate
    /// When it is to start, microseconds since 1970 UTC; nil: now, or it has started.
    package var startAt: UInt64?
    /// Identifiers of the two tasks.
    package let aToB: String
    package let bToA: String
    /// Microseconds since 1970 UTC.
    package let createdAt: UInt64

    package var name: String { spec.name }

    package init(
        spec: PairSpec,
        secrets: Secrets,
        scenario: PairSpec.Scenario,
        desired: Desired = .idle,
        gate: Gate = .closed,
        startAt: UInt64? = nil,
        aToB: String,
        bToA: String,
        createdAt: UInt64
    ) {
        self.spec = spec
        self.secrets = secrets
        self.scenario = scenario
        self.desired = desired
        self.gate = gate
        self.startAt = startAt
        self.aToB = aToB
        self.bToA = bToA
        self.createdAt = createdAt
    }
}
