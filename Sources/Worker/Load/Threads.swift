import Glibc
import SyncMySQL

/// Blocks the calling thread. For worker threads only.
func pause(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    var rest = timespec()
    while nanosleep(&left, &rest) != 0 && errno == EINTR { left = rest }
}

/// Counts threads that have ended, and lets another thread wait for all of them.
final class Gathering: @unchecked Sendable {
    // Sendable because the semaphore is made for use by several threads and nothing else is held.
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func arrive() { sem_post(semaphore) }

    func wait(for count: Int) {
        for _ in 0..<count {
            while sem_wait(semaphore) != 0 && errno == EINTR {}
        }
    }
}

extension WorkerThread {
    /// Runs `body` on `count` threads of its own and returns when all have ended.
    static func together(_ name: String, count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let gathering = Gathering()
        for number in 0..<count {
            start("\(name)-\(number + 1)") {
                body(number)
                gathering.arrive()
            }
        }
        gathering.wait(for: count)
    }
}
