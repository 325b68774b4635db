/// Adds up the time in which a task runs.
struct RunMeter: Sendable {
    private var gathered = Duration.zero
    private var elapsed: (@Sendable () -> Duration)?

    mutating func note(isRunning: Bool, _ clock: any Clock<Duration>) {
        guard isRunning != (elapsed != nil) else { return }
        gathered += elapsed?() ?? .zero
        elapsed = isRunning ? Self.stopwatch(clock) : nil
    }

    /// The time since it was last asked.
    mutating func take(_ clock: any Clock<Duration>) -> Duration {
        gathered += elapsed?() ?? .zero
        if elapsed != nil { elapsed = Self.stopwatch(clock) }
        defer { gathered = .zero }
        return gathered
    }

    private static func stopwatch(_ clock: some Clock<Duration>) -> @Sendable () -> Duration {
        let start = clock.now
        return { start.duration(to: clock.now) }
    }
}
