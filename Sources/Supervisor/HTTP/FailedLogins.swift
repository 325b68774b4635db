import Synchronization

/// Counts wrong tokens by the address that they come from. Of one that brings too many, further ones are let wait until a minute has passed
/// since the first: guessing comes to nothing, and costs nothing. Many may share an address, so the right token is always let in.
final class FailedLogins: Sendable {
    static let limit = 20
    static let window = Duration.seconds(60)
    /// Addresses that are remembered at once; beyond that, all further ones count as one.
    private static let capacity = 4096

    private struct Tally {
        var count: Int
        var since: ContinuousClock.Instant
    }

    private let tallies = Mutex<[String: Tally]>([:])

    /// Whether an address has to wait.
    func isShut(_ peer: String, now: ContinuousClock.Instant = .now) -> Bool {
        tallies.withLock { tallies in
            let tally = tallies[Self.group(peer)] ?? tallies[""]
            return tally.map { $0.count >= Self.limit && now - $0.since < Self.window } ?? false
        }
    }

    /// - Returns: whether the address has to wait from now on.
    func failed(_ peer: String, now: ContinuousClock.Instant = .now) -> Bool {
        tallies.withLock { tallies in
            var group = Self.group(peer)
            if tallies[group] == nil, tallies.count >= Self.capacity {
                tallies = tallies.filter { now - $0.value.since < Self.window }
                if tallies.count >= Self.capacity { group = "" }
            }
            var tally = tallies[group] ?? Tally(count: 0, since: now)
            if now - tally.since >= Self.window { tally = Tally(count: 0, since: now) }
            tally.count += 1
            tallies[group] = tally
            return tally.count == Self.limit
        }
    }

    /// One host has 2⁶⁴ addresses of IPv6.
    private static func group(_ peer: String) -> String {
        guard peer.contains(":"), !peer.contains(".") else { return peer }
        let halves = peer.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false).map { $0.split(separator: ":") }
        var words = halves[0].map(String.init)
        if halves.count == 2 {
            words += Array(repeating: "0", count: max(0, 8 - halves[0].count - halves[1].count)) + halves[1].map(String.init)
        }
        return words.prefix(4).joined(separator: ":")
    }
}
