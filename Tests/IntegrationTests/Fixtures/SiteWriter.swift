import Glibc
import SyncMySQL
import Synchronization
import TestSupport
import WorkloadKit

/// An application of one site: changes rows of its own (the rest of their number by three is the site's), in transactions of
/// several changes, and counts each change.
final class SiteWriter: Sendable {
    struct Counts: Sendable, Hashable {
        var inserts = 0
        var updates = 0
        var deletes = 0

        var total: Int { inserts + updates + deletes }

        mutating func add(_ other: Counts) {
            inserts += other.inserts
            updates += other.updates
            deletes += other.deletes
        }
    }

    private final class State: Sendable {
        let isStopped = Atomic(false)
        let counts = Mutex(Counts())
    }

    let site: Int
    private let state: State
    private let result: Task<Void, any Error>

    init(_ server: TestServer, _ database: String, site: Int, round: Int, in scope: Scope) {
        let state = State()
        self.state = state
        self.site = site
        result = Task {
            try await server.withSession { session in
                var random = SeededRandom(seed: Integration.seed &+ UInt64(site))
                // Behind the rows that may be there.
                var next = (round + 1) * 3_000_000 + site
                var present: [Int] = []
                while !state.isStopped.load(ordering: .relaxed) {
                    var counts = Counts()
                    try session.execute("BEGIN")
                    for _ in 0..<random.number(1...6) {
                        let kind = random.number(0...9)
                        if kind < 5 || present.isEmpty {
                            try session.execute("INSERT INTO `\(database)`.t VALUES (\(next), 0, 'site \(site)')")
                            present.append(next)
                            next += 3
                            counts.inserts += 1
                        } else if kind < 9 {
                            try session.execute("UPDATE `\(database)`.t SET v = v + 1 WHERE id = \(random.pick(present))")
                            counts.updates += 1
                        } else {
                            let index = random.number(0...present.count - 1)
                            try session.execute("DELETE FROM `\(database)`.t WHERE id = \(present.swapRemove(at: index))")
                            counts.deletes += 1
                        }
                    }
                    try session.execute("COMMIT")
                    state.counts.withLock { $0.add(counts) }
                    // No more than the tasks can follow on a small machine.
                    usleep(10_000)
                }
            }
        }
        scope.onExit { [self] in try await stop() }
    }

    /// What has been committed; exact once the writer has stopped.
    var counts: Counts { state.counts.withLock { $0 } }

    func stop() async throws {
        state.isStopped.store(true, ordering: .relaxed)
        try await result.value
    }

    /// Lets it commit this many more changes.
    func change(_ more: Int) async throws {
        let goal = counts.total + more
        try await eventually(within: .seconds(120), "\(more) more changes are committed on site \(site)") { counts.total >= goal }
    }
}

extension Array {
    fileprivate mutating func swapRemove(at index: Int) -> Element {
        swapAt(index, count - 1)
        return removeLast()
    }
}
