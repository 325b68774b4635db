import Synchronization

/// How many requests of a message a service has taken, where one message takes several: an attempt that failed is continued, or one
/// that meets the service's limit of requests each time would never be done. After a restart it begins again.
final class SendProgress: Sendable {
    private let taken = Mutex<[String: Int]>([:])

    func count(_ key: String) -> Int { taken.withLock { $0[key] ?? 0 } }

    func set(_ count: Int?, _ key: String) {
        taken.withLock { taken in
            // What was given up stays behind.
            if taken.count > 1000 { taken = [:] }
            taken[key] = count
        }
    }
}
