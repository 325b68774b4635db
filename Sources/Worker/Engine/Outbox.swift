import Glibc
import SyncMySQL
package import SyncWire
import Synchronization

/// What the worker has to say, written by a thread of its own so that a slow supervisor never holds up the data.
///
/// Of progress messages only the newest waits; all others are kept in order.
package final class Outbox: Sendable {
    private struct State {
        var waiting: [WorkerMessage] = []
        var progress: Progress?
        var isWriting = false
    }

    private let descriptor: Int32
    private let state = Mutex(State())

    package init(descriptor: Int32) { self.descriptor = descriptor }

    package func send(_ message: WorkerMessage) {
        let starts = state.withLock { state in
            if case .progress(let progress) = message {
                state.progress = progress
            } else {
                state.waiting.append(message)
            }
            if state.isWriting { return false }
            state.isWriting = true
            return true
        }
        if starts { WorkerThread.start("dts-outbox") { [self] in writeAll() } }
    }

    /// Waits until all is written or the supervisor has gone; only for the end of the process.
    package func drain() {
        while state.withLock({ $0.isWriting }) { usleep(1000) }
    }

    private func writeAll() {
        while let message = next() {
            // A message of our own always encodes; should one not, the others still go out.
            guard let line = try? LineCodec.encode(message) else { continue }
            let isWritten = write(line)
            // The last message: what is still open is only waiting for the end of the process.
            if case .done = message { _exit(0) }
            if !isWritten {
                // Nobody listens any more: end of input will stop the worker.
                state.withLock { state in
                    state.waiting.removeAll()
                    state.progress = nil
                }
            }
        }
    }

    /// The next message; progress goes last, so that it never overtakes a phase or a conflict that came before it.
    private func next() -> WorkerMessage? {
        state.withLock { state in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            if let progress = state.progress {
                state.progress = nil
                return .progress(progress)
            }
            state.isWriting = false
            return nil
        }
    }

    private func write(_ line: [UInt8]) -> Bool {
        line.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { return false }
                done += count
            }
            return true
        }
    }
}
