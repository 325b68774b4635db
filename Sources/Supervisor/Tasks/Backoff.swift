/// How long to wait before a worker is started again: doubling from one second to five minutes, with jitter, so that
/// fifty tasks that lost one server do not come back in the same instant.
package struct Backoff: Sendable {
    package static let shortest = Duration.seconds(1)
    package static let longest = Duration.seconds(300)

    /// Restarts since the last healthy run.
    package private(set) var attempts = 0
    private var random: SplitMix64

    /// - Parameter seed: of the jitter; equal seeds give equal delays.
    package init(seed: UInt64) {
        random = SplitMix64(state: seed)
    }

    /// - Parameter immediateFirst: whether the first restart may come at once (a crash: the servers are not to blame).
    package mutating func next(immediateFirst: Bool) -> Duration {
        let step = immediateFirst ? attempts - 1 : attempts
        attempts += 1
        if step < 0 { return .zero }
        let seconds = min(300.0, Double(UInt64(1) << UInt64(min(step, 20))))
        let jitter = 0.75 + 0.5 * random.unit()
        return min(Self.longest, max(Self.shortest, .milliseconds(Int64(seconds * jitter * 1000))))
    }

    /// The worker ran well for a while: the next failure is a new story.
    package mutating func reset() {
        attempts = 0
    }
}

/// A small generator of pseudo-random numbers; good enough for jitter, and repeatable in tests.
struct SplitMix64: Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// In 0 ..< 1.
    mutating func unit() -> Double {
        Double(next() >> 11) / Double(UInt64(1) << 53)
    }
}
