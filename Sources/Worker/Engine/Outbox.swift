import Glibc
package import Logging
import SyncModel
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
    private let logger: Logger
    private let state = Mutex(State())

    package init(descriptor: Int32, logger: Logger) {
        self.descriptor = descriptor
        self.logger = logger
    }

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
            let isWritten = write(line(of: message))
            // The last message: what is still open is only waiting for the end of the process.
            if case .done(let reason) = message { _exit(reason == .failed ? 1 : 0) }
            if !isWritten {
                // Nobody listens any more: end of input will stop the worker.
                state.withLock { state in
                    state.waiting.removeAll()
                    state.progress = nil
                }
            }
        }
    }

    /// A message of our own always has a form on the wire. Should one not, the supervisor hears that instead of waiting for it.
    private func line(of message: WorkerMessage) -> [UInt8] {
        do {
            return try message.line()
        } catch {
            logger.error("a message has no form on the wire", metadata: ["error": "\(error)"])
            let failure = Failure(.internalError, "the worker has a message that cannot be sent", remedy: "report this", kind: .permanent)
            do { return try WorkerMessage.error(failure).line() } catch { return [] }
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
