import FoundationEssentials
import TestSupport
import Testing

/// Everything that runs on real servers through the real programs. One test after the other: they share two servers of
/// each kind and two processor cores.
@Suite(.serialized) enum Integration {
    /// The long variants, for a person who has the time: `DTS_LONG=1`.
    static let isLong = ProcessInfo.processInfo.environment["DTS_LONG"] == "1"

    /// The kinds of servers; `DTS_TEST_KINDS=mariadb` leaves the other one out while one works on something.
    static let kinds: [ServerKind] = {
        guard let words = ProcessInfo.processInfo.environment["DTS_TEST_KINDS"] else { return ServerKind.allCases }
        return words.split(separator: ",").compactMap { ServerKind(rawValue: String($0)) }
    }()

    /// The same with those that only the matrix of types runs on.
    static let matrixKinds: Set<ServerKind> =
        ProcessInfo.processInfo.environment["DTS_TEST_KINDS"] == nil ? [.mysql, .mariadb, .mariadb11, .mariadb105] : Set(kinds)

    /// The same, one after the other.
    static let kindsAndNewer: [ServerKind] = [.mysql, .mariadb, .mariadb11].filter(matrixKinds.contains)

    /// Of everything random in these tests; `DTS_TEST_SEED` repeats a run.
    static let seed: UInt64 = {
        let seed = ProcessInfo.processInfo.environment["DTS_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 1...999_999)
        print("DTS_TEST_SEED=\(seed)")
        return seed
    }()

    /// Seconds that writers write in a phase of a test.
    static let writingSeconds = isLong ? 30 : 3
}
