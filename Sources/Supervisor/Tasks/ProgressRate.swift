import SyncModel
import SyncWire

/// How fast a task gets on, from what its worker said in the last seconds.
package struct TaskRate: Sendable, Hashable {
    /// Rows that were copied, or whose changes were applied.
    package var rowsPerSecond: UInt64
    /// How much of the copy, or of what there was to catch up with, is done: 0 to 99; nil when there is nothing to be done or it is not
    /// known how much. Of a copy it is an estimate, as the number of rows is.
    package var percent: Int?
    /// Until the copy is done, or all is caught up with, at this rate; nil when it gets no nearer.
    package var secondsLeft: UInt64?

    package init(rowsPerSecond: UInt64 = 0, percent: Int? = nil, secondsLeft: UInt64? = nil) {
        self.rowsPerSecond = rowsPerSecond
        self.percent = percent
        self.secondsLeft = secondsLeft
    }
}

/// Keeps what is needed for a ``TaskRate``.
struct ProgressRate: Sendable {
    /// Microseconds that the rate is the mean of: long enough for large batches, short enough to show what a new ceiling does.
    private static let window: UInt64 = 10_000_000

    /// Microseconds below which a rate says nothing.
    private static let least: UInt64 = 500_000

    private struct Sample {
        var at: UInt64
        var phase: TaskPhase
        /// Rows so far.
        var done: UInt64
        /// Of what is left: rows of the copy, bytes of the log.
        var left: UInt64
    }

    private var samples: [Sample] = []
    /// The most that was left since nothing was.
    private var peak: UInt64 = 0

    /// - Parameter now: microseconds; a clock that goes back begins anew.
    mutating func note(_ progress: Progress, at now: UInt64) {
        let sample = Sample(at: now, phase: progress.phase, done: Self.done(progress), left: Self.left(progress))
        if let last = samples.last, last.phase != sample.phase || last.at > now || last.done > sample.done { reset() }
        peak = sample.left == 0 ? 0 : max(peak, sample.phase == .incremental ? sample.left : progress.load.rowsTotalEstimate)
        samples.append(sample)
        // One beyond the window, so that it is covered.
        if let first = samples.lastIndex(where: { $0.at + Self.window <= now }) { samples.removeFirst(first) }
    }

    /// What the next worker says has nothing to do with what this one did.
    mutating func reset() {
        samples = []
        peak = 0
    }

    /// nil as long as too little is known.
    var rate: TaskRate? {
        guard let first = samples.first, let last = samples.last, last.at >= first.at + Self.least else { return nil }
        let seconds = Double(last.at - first.at) / 1_000_000
        var rate = TaskRate(rowsPerSecond: UInt64((Double(last.done - first.done) / seconds).rounded()))
        guard last.left > 0, peak > 0 else { return rate }
        rate.percent = min(99, Int(Double(peak - min(peak, last.left)) / Double(peak) * 100))
        if first.left > last.left {
            rate.secondsLeft = UInt64((Double(last.left) / (Double(first.left - last.left) / seconds)).rounded(.up))
        }
        return rate
    }

    private static func done(_ progress: Progress) -> UInt64 {
        if progress.phase != .incremental { return progress.load.rowsDone }
        return progress.counts.inserts &+ progress.counts.updates &+ progress.counts.deletes
    }

    private static func left(_ progress: Progress) -> UInt64 {
        if progress.phase == .incremental { return progress.backlogBytes }
        let (done, estimate) = (progress.load.rowsDone, progress.load.rowsTotalEstimate)
        return estimate - min(estimate, done)
    }
}
