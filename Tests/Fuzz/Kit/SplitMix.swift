/// SplitMix64: the same numbers for the same seed, everywhere.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// A number below `limit`; 0 when there is none.
    mutating func below(_ limit: Int) -> Int { limit > 1 ? Int(next() % UInt64(limit)) : 0 }

    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next() >> 32) }

    /// True once in `times`.
    mutating func isOne(in times: Int) -> Bool { below(times) == 0 }
}
