import Synchronization

/// Counts how often a script came to something.
final class CountedCalls: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}

/// The rates that workers were told, in order.
final class ToldLimits: Sendable {
    private let told = Mutex<[Int]>([])

    var all: [Int] { told.withLock { $0 } }
    func add(_ rate: Int) { told.withLock { $0.append(rate) } }
}
