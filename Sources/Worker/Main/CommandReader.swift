import Glibc
import SyncMySQL
import SyncModel
import SyncWire
import WorkerEngine

/// Reads the supervisor's messages on a thread of its own.
struct CommandReader {
    /// How long a worker may take to come to a commit boundary once its supervisor is gone, seconds.
    private static let grace: UInt32 = 1

    let descriptor: Int32
    let outbox: Outbox

    /// In the order in which they came; ends with the end of input.
    var messages: AsyncStream<SupervisorMessage> {
        AsyncStream { continuation in
            WorkerThread.start("dts-commands") { [descriptor, outbox] in
                CommandReader.read(descriptor, outbox: outbox) { continuation.yield($0) }
                continuation.finish()
                // A call that hangs must not keep the process alive: its transaction is rolled back by the server and
                // done again from the checkpoint.
                WorkerThread.start("dts-last-exit") {
                    sleep(CommandReader.grace)
                    _exit(0)
                }
            }
        }
    }

    private static func read(_ descriptor: Int32, outbox: Outbox, _ emit: (SupervisorMessage) -> Void) {
        var splitter = LineSplitter(limit: LineLimit.toWorker)
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 16) { buffer in
            while true {
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { return }
                splitter.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { piece in
                    switch piece {
                    case .tooLong(let byteCount): refuse(outbox, "a line of more than \(byteCount) bytes")
                    case .line(let line):
                        do {
                            emit(try LineCodec.decode(SupervisorMessage.self, from: line))
                        } catch {
                            // The line may hold a password, so it is not quoted.
                            refuse(outbox, "a line that is no message of this protocol")
                        }
                    }
                }
            }
        }
    }

    /// What the supervisor wants is not known, so nothing can go on.
    private static func refuse(_ outbox: Outbox, _ found: String) {
        defer { outbox.send(.done(reason: .failed)) }
        outbox.send(
            .error(
                Failure(
                    .protocolViolation, "the supervisor sent \(found)",
                    remedy: "use a supervisor and a worker of the same release", kind: .permanent)))
    }
}
