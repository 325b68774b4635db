import SupervisorNotices

/// How many messages may follow one another: a bucket of tokens (`burst` of them, a new one every `refill`), worked out from when
/// messages were sent, so that it needs no memory of its own and a restart of the daemon does not fill it.
struct Allowance {
    /// At least 0; a message takes 1.
    let tokens: Double
    private let refill: Double
    private let burst: Double

    /// - Parameters:
    ///   - sent: microseconds since 1970 UTC, ascending.
    ///   - now: microseconds since 1970 UTC.
    init(_ pace: Pace, sent: [UInt64], now: UInt64) {
        let refill = max(1, pace.refill / .microseconds(1))
        let burst = Double(max(1, pace.burst))
        var tokens = burst
        var last: UInt64?
        for time in sent where time <= now {
            if let last { tokens = min(burst, tokens + Double(time - last) / refill) }
            tokens = max(0, tokens - 1)
            last = time
        }
        if let last { tokens = min(burst, tokens + Double(now - last) / refill) }
        self.tokens = tokens
        self.refill = refill
        self.burst = burst
    }

    /// How far back messages matter.
    static func memory(of pace: Pace) -> Duration { pace.refill * max(1, pace.burst) }

    /// Microseconds until there is a whole token.
    var wait: UInt64 { tokens >= 1 ? 0 : UInt64(((1 - tokens) * refill).rounded(.up)) }

    /// How many messages more than usual have been sent lately: the more, the longer the next one gathers.
    var spent: Int { Int((burst - tokens).rounded(.down)) }
}
