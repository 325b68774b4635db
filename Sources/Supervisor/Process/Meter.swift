/// Counts messages per second, so that a worker that floods its pipe keeps it full instead of keeping us busy.
struct Meter: Sendable {
    let limit: Int
    private var windowStart = Duration.zero
    private var count = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// - Returns: how long to wait before the next message is read; nil when there is no hurry to stop.
    mutating func count(at now: Duration) -> Duration? {
        if now - windowStart >= .seconds(1) {
            windowStart = now
            count = 0
        }
        count += 1
        guard count >= limit else { return nil }
        return .seconds(1) - (now - windowStart)
    }
}
