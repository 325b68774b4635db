import Glibc
import Logging
import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSchema
import WorkerSource

/// Follows a switchover: the server that a run uses has become read-only although it lives, and another of its hosts is written.
///
/// It only ends the run. The next one chooses its servers anew (``ServerChoice``), which is how a failover is followed too.
struct HostWatch: Sendable {
    let context: TaskContext
    /// With all hosts.
    let configured: TaskConnections

    private static let nap: UInt32 = 100_000
    private static let napsBetween = 10

    /// Nothing happens where both endpoints are single servers: there is nowhere to go.
    func start() {
        let watched = [TaskContext.Role.source, .target].filter { configured.hosts($0).count > 1 }
        if watched.isEmpty { return }
        WorkerThread.start("dts-hosts") {
            var sessions: [TaskContext.Role: Session] = [:]
            while !context.control.isStopping {
                for role in watched {
                    do {
                        let session = try sessions[role] ?? Session(role == .source ? context.source : context.target)
                        sessions[role] = session
                        if try ServerChoice.isReadOnly(session), let failure = try verdict(role) { context.control.fail(failure) }
                    } catch {
                        // Whether the task can go on without that server is for the reader and the applier to find out.
                        sessions[role] = nil
                    }
                }
                for _ in 0..<Self.napsBetween where !context.control.isStopping { usleep(Self.nap) }
            }
        }
    }

    /// Of a read-only server: why the run ends; nil: it stays.
    private func verdict(_ role: TaskContext.Role) throws -> Failure? {
        switch role {
        // What is written there is not on the server that takes over.
        case .target: moved(role, "the task goes on at the one of its hosts that is written, as soon as there is one")
        // Its log can be read as long as no other has all of it.
        case .source: try successor().map { moved(role, "\($0) has taken over") }
        }
    }

    private func moved(_ role: TaskContext.Role, _ what: String) -> Failure {
        let address = role == .source ? context.source.endpoint.address : context.target.endpoint.address
        return Failure(
            .serverNotReady, "the \(role.rawValue) \(address) has become read-only: \(what)",
            remedy: "nothing: the task moves by itself", kind: .transient)
    }

    /// Another host of the source that is written and has all that the target has, once the task could go on there.
    private func successor() throws -> String? {
        guard context.positioning == .gtid else { return nil }
        let target = try Session(context.target)
        guard let checkpoint = try CheckpointStore.read(task: context.taskID, target) else { return nil }
        do {
            try SourceSwitch(context).requireOnlyGTIDs(checkpoint, target)
            return try ServerChoice(connections: configured).successor(of: context.sourceProfile.server, checkpoint).options.endpoint.address
        } catch let failure as Failure {
            context.logger.debug("the source is read-only, and the task stays", metadata: ["reason": "\(failure)"])
            return nil
        }
    }
}
