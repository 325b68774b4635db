/// How far behind its source a task was found to be while no worker ran it.
package struct Measurement: Sendable, Hashable {
    /// Microseconds since 1970 UTC.
    package var at: UInt64
    /// nil: the source could not be asked.
    package var lagMs: UInt64?
    /// nil: the source could not be asked, or did not say.
    package var backlogBytes: UInt64?

    /// As long as nothing is applied, the oldest change that waits grows older by the clock; where none waits, nothing does.
    package func lagMs(at now: UInt64) -> UInt64? {
        lagMs.map { $0 == 0 ? 0 : $0 + (now - min(now, at)) / 1000 }
    }

    /// How long it stands for what is so now.
    var freshFor: Duration { lagMs == nil ? .seconds(15) : .seconds(5) }
}
