import Logging
import SyncModel
import SyncMySQL
import WorkerApply
import WorkerCheckpoint
import WorkerLoad
import WorkerSchema
import WorkerSource

/// Takes a task's checkpoint from one server of the source's group to another.
///
/// Its GTIDs mean the same there. Its file and offset do not, and neither does any other place that was noted so. Those
/// that are still needed are of an initial copy that the stream has not left behind, or of open distributed transactions.
/// They cannot be translated, so the task stops.
struct SourceSwitch {
    let context: TaskContext

    init(_ context: TaskContext) { self.context = context }

    /// Writes down on the target that the checkpoint is of the server that is being read.
    func follow(_ checkpoint: inout Checkpoint, _ target: Session) throws {
        let (old, new) = (checkpoint.sourceServer, context.sourceProfile.server)
        guard old != new else { return }
        var moved = checkpoint
        moved.sourceServer = new
        // An earlier version did not note the server; it knew of no other.
        let isAnother = !old.isEmpty
        if isAnother {
            try requireOnlyGTIDs(checkpoint, target)
            moved.position.file = nil
            moved.position.offset = nil
            context.logger.notice("the source has moved", metadata: ["from": "\(old)", "to": "\(new)"])
        }
        try context.attempt(.target, "moving the checkpoint") {
            try target.execute("START TRANSACTION")
            try context.store.mark(target, lane: 0, transactions: 0, origins: context.sourceProfile.uuid, checkpoint: moved)
            if isAnother {
                try DataLoader.forgetStarts(task: context.taskID, target)
                try target.execute(SourceFile.forgetStatement(task: context.taskID))
            }
            try target.execute("COMMIT")
        }
        checkpoint = moved
    }

    /// - Throws: `failover-refused` while the checkpoint has places that mean nothing on another server.
    func requireOnlyGTIDs(_ checkpoint: Checkpoint, _ target: Session) throws {
        guard context.positioning == .gtid, checkpoint.position.gtid != nil else {
            throw refusal("its position has no GTIDs (\(checkpoint.position.file ?? ""):\(checkpoint.position.offset ?? 0))")
        }
        guard checkpoint.stage == .incremental else { throw refusal("the rows were still being copied") }
        guard checkpoint.window == nil else { throw refusal("the log had not reached the end of the initial copy") }
        let starts = try context.attempt(.target, "reading where tables start") {
            try DataLoader.tableStarts(task: context.taskID, target)
        }
        if let table = starts.first(where: { !checkpoint.position.isAtOrBehind($0.value) })?.key {
            throw refusal("the log had not reached the end of the initial copy of \(table)")
        }
        guard checkpoint.prepared.count == 0 else {
            throw refusal("\(checkpoint.prepared.count) distributed (XA) transactions were prepared")
        }
    }

    private func refusal(_ reason: String) -> Failure {
        Failure(
            .failoverRefused,
            "the task cannot go on at \(context.source.endpoint.address), another server of the source than it has read so far: \(reason)",
            remedy: "bring back the server that was read (\(context.spec.source.address) or another of its hosts) and retry the task; or "
                + Failure.startOver)
    }
}
