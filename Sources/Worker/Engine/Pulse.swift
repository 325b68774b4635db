import Glibc
import Logging
import SyncModel
import SyncMySQL
import SyncWire
import WorkerCheckpoint
import WorkerSchema
import WorkerSource

/// Once a second: a heartbeat on the source, a look at how far its binlog has grown, a progress message.
///
/// It only reports. When its own session breaks it says so in the log and connects again; whether the task can go on
/// is for the reader and the applier to find out.
struct Pulse: Sendable {
    let context: TaskContext
    let connections: TaskConnections
    let monitor: TaskMonitor
    let outbox: Outbox
    let courier: ConflictCourier
    let statements: StatementCourier
    /// The source is one of several hosts. Once it is read-only, what a privileged user writes there is on no other.
    let mayMove: Bool

    func start() {
        WorkerThread.start("dts-pulse") {
            var session: Session?
            // Whose log it is says nothing when the address leads to another server by now; that is for the reader to find out.
            var isSame = false
            // A server with thousands of files looks at each of them for the list.
            var beats = 0
            while !context.control.isStopping {
                do {
                    let source: Session
                    if let session {
                        source = session
                    } else {
                        source = try connections.open(.source)
                        isSame = try ServerProfile(source).server == context.sourceProfile.server
                        session = source
                    }
                    let clock = try SourceFence.beat(source, unlessYoungerThan: .milliseconds(900), unlessReadOnly: mayMove)
                    // Asked for before: the end of the log can only be there or behind.
                    let read = monitor.readPosition
                    let end = try currentBinlogPosition(source, context.sourceProfile)
                    monitor.learn(sourceClock: clock, end: end)
                    if isSame, let read, read.file != nil, !end.isAtOrBehind(read) {
                        context.control.fail(SourceLog.wasReset(context.source.endpoint.address, "it ends at \(end.place), and the task has read up to \(read.place)"))
                    }
                    if monitor.spansFiles, beats % 10 == 0 { monitor.learn(try BinlogFiles(source)) }
                    beats = monitor.spansFiles ? beats + 1 : 0
                } catch {
                    if session != nil {
                        context.logger.warning("no heartbeat on the source", metadata: ["error": "\(Failure(describing: error))"])
                    }
                    session = nil
                }
                courier.sendWaiting(connections)
                let progress = monitor.progress(paused: false)
                statements.sendWaiting(progress.counts.ddlNotCarried ?? 0, connections, context.logger)
                outbox.send(.progress(progress))
                usleep(1_000_000)
            }
        }
    }
}
