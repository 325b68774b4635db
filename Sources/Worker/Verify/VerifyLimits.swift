/// From when on what verification measures is too much, or too little.
package struct VerifyLimits: Sendable {
    /// Age of statements and transactions on the source.
    package var longStatementSeconds = 60
    /// Time of a question and its answer.
    package var roundTripMilliseconds = 35.0
    /// Difference of the servers' clocks.
    package var clockSeconds = 1.0
    /// Free space on the target, in sizes of the selected tables.
    package var spaceFactor = 1.2
    /// Of the host that the worker runs on.
    package var processors = 2
    package var memoryBytes = 4_000_000_000

    package init() {}
}
