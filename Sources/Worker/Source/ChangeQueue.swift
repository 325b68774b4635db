import Glibc
import WorkerBinlog

/// The way from the reader's thread to the applier's: bounded, and batching by itself.
///
/// Whole transactions that wait are joined into one segment up to a size, so that the applier, when it comes back from
/// one commit, takes all that has arrived meanwhile as its next batch. An idle applier gets a single transaction at
/// once: batching adds no delay. A full queue makes the reader wait, and with it the source's dump thread.
package final class ChangeQueue: @unchecked Sendable {
    // Sendable because every member below is used under `mutex` only. `Synchronization.Mutex` has no condition variable.
    private var segments: [ChangeSegment] = []
    private var weight = 0
    private var failure: (any Error)?
    private var isClosed = false
    /// The applier has done all that it took and waits for more.
    private var isIdle = false
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>

    /// Bytes that wait at most.
    private let capacity: Int
    /// Bytes and transactions that one batch joins at most.
    private let batchBytes: Int
    private let batchTransactions: Int

    package init(capacity: Int = 24 << 20, batchBytes: Int = 1 << 20, batchTransactions: Int = 5000) {
        self.capacity = capacity
        self.batchBytes = batchBytes
        self.batchTransactions = batchTransactions
        mutex = .allocate(capacity: 1)
        changed = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(changed)
        mutex.deallocate()
        changed.deallocate()
    }

    /// Hands a segment over; waits while the queue is full.
    ///
    /// - Returns: false when the applier has gone; nothing is kept then.
    package func push(_ segment: ChangeSegment) -> Bool {
        lock()
        defer { unlock() }
        while weight >= capacity && !isClosed { pthread_cond_wait(changed, mutex) }
        if isClosed { return false }
        weight += segment.weight
        if let last = segments.indices.last, joins(segments[last], segment) {
            segments[last].append(segment)
        } else {
            segments.append(segment)
        }
        pthread_cond_broadcast(changed)
        return true
    }

    /// Waits until the target has everything that was pushed.
    ///
    /// - Returns: false when the applier has gone.
    package func drain() -> Bool {
        lock()
        defer { unlock() }
        while !(segments.isEmpty && isIdle) && !isClosed { pthread_cond_wait(changed, mutex) }
        return !isClosed
    }

    /// What the applier gets.
    package enum Next: Sendable {
        case segment(ChangeSegment)
        /// Nothing came within the time.
        case nothing
        /// The reader ended, with this error if it failed; all that it pushed before has been taken.
        case ended((any Error)?)
    }

    /// Takes the oldest segment; waits up to `milliseconds` for one.
    package func pop(milliseconds: Int) -> Next {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        deadline.tv_sec += milliseconds / 1000
        deadline.tv_nsec += (milliseconds % 1000) * 1_000_000
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        lock()
        defer { unlock() }
        if segments.isEmpty && !isIdle {
            isIdle = true
            pthread_cond_broadcast(changed)
        }
        while segments.isEmpty {
            if isClosed { return .ended(failure) }
            if pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT {
                guard segments.isEmpty else { break }
                return isClosed ? .ended(failure) : .nothing
            }
        }
        let segment = segments.removeFirst()
        isIdle = false
        weight -= segment.weight
        if segments.isEmpty { weight = 0 }
        pthread_cond_broadcast(changed)
        return .segment(segment)
    }

    /// The reader ends; what it pushed stays to be taken.
    package func finish(_ error: (any Error)?) {
        lock()
        defer { unlock() }
        if !isClosed { failure = error }
        isClosed = true
        pthread_cond_broadcast(changed)
    }

    /// The applier ends: what waits is thrown away and the reader is told at its next push.
    package func abandon() {
        lock()
        defer { unlock() }
        isClosed = true
        segments.removeAll()
        weight = 0
        pthread_cond_broadcast(changed)
    }

    /// Nobody takes what is pushed any more.
    package var isAbandoned: Bool {
        lock()
        defer { unlock() }
        return isClosed
    }

    private func joins(_ last: ChangeSegment, _ next: ChangeSegment) -> Bool {
        last.extent == .whole && next.extent == .whole && last.origins == next.origins && last.generation == next.generation
            && (next.slices.isEmpty || last.slices.isEmpty || last.statementsSeen == next.statementsSeen)
            && last.bytes.count + next.bytes.count <= batchBytes && last.marks.count + next.marks.count <= batchTransactions
    }

    private func lock() { pthread_mutex_lock(mutex) }
    private func unlock() { pthread_mutex_unlock(mutex) }
}
