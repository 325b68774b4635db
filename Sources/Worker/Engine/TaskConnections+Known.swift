import SyncModel
import SyncMySQL
import SyncWire
import WorkerCheckpoint
import WorkerSchema
import WorkerSource

/// Where half of a pair begins: it has to know what its source had seen there of the target's log. Of definition statements that tells which
/// its source had executed (``StatementsAhead``), and beside a load which rows it still had that the target has deleted (``MergeLoad``).
extension TaskConnections {
    /// Tells how far in the target's log the source is at the moment of `body`, or was a moment before; nil for a task by itself.
    ///
    /// The other half of the pair says how far it is, on the source. Which definition statements it has executed must not change meanwhile.
    func knowing<T>(_ source: Session, _ target: Session, _ body: () throws -> T) throws -> (T, known: BinlogPosition?) {
        guard let pair = configuration.pair else { return (try body(), nil) }
        for _ in 0..<100 {
            let before = try reverse(pair.reverseTask, source, target)
            let result = try body()
            let after = try reverse(pair.reverseTask, source, target)
            if before.statement == after.statement, before.statement?.state != .begun { return (result, before.position) }
        }
        throw Failure(
            .schemaMismatch, "definition statements keep coming while the task starts",
            remedy: "start the task when no definition statements run", kind: .transient)
    }

    /// After the target has moved to another server of its group, places in its log are others. The other half of the pair
    /// says where its own is now; that holds for this task's checkpoint too unless something that counts came in between.
    ///
    /// A half that needs it for nothing goes without: to ask, it would have to wait for the other half.
    func keepKnowing(_ prepared: inout Prepared) throws {
        guard let pair = configuration.pair else { return }
        let (checkpoint, server) = (prepared.checkpoint, prepared.targetProfile.server)
        // Where the target began without rows, nobody has deleted any there.
        let copies = checkpoint.isJoining || pair.mergesData && checkpoint.stage != .incremental
        if let known = checkpoint.known {
            guard checkpoint.knownServer != server else { return }
            guard !copies else {
                throw Failure(
                    .failoverRefused,
                    "the target moved to \(target.endpoint.address) while rows were being copied to it: which of them it had deleted itself cannot be told",
                    remedy: Self.bringBack)
            }
            let last = try naming(.source, "reading the last statement") { try StatementRecord.read(task: pair.reverseTask, prepared.source) }
            guard !pair.reverseCarriesDDL || last.map({ $0.sourceServer == checkpoint.knownServer && $0.state == .done && known.isAtOrBehind($0.end) }) ?? true else {
                throw Failure(
                    .failoverRefused,
                    "a definition statement reached the source about when the target moved to \(target.endpoint.address): which rows were "
                        + "written before it cannot be told",
                    remedy: Self.bringBack)
            }
        }
        // One of an earlier version does not say.
        (prepared.checkpoint.known, prepared.checkpoint.knownServer) = (nil, "")
        if pair.reverseCarriesDDL || copies { try learnKnown(&prepared) }
    }

    private static let bringBack =
        "bring back the server that was written before and retry the task, or delete the pair and create it anew with 'scenario: both-have-data'"

    /// From here on the checkpoint says it.
    func learnKnown(_ prepared: inout Prepared) throws {
        prepared.checkpoint.known = try knowing(prepared.source, prepared.target) {}.known
        prepared.checkpoint.knownServer = prepared.targetProfile.server
    }

    private func reverse(
        _ task: String, _ source: Session, _ target: Session
    ) throws -> (position: BinlogPosition, statement: StatementRecord?) {
        let found = try naming(.source, "reading the other half's checkpoint") {
            (try CheckpointStore.read(task: task, source), try StatementRecord.read(task: task, source))
        }
        let profile = try naming(.target, "reading its settings") { try ServerProfile(target) }
        if let checkpoint = found.0 {
            let position = checkpoint.position
            guard position.file != nil, checkpoint.sourceServer == profile.server else {
                throw Failure(
                    .connectionLost, "the other half of the pair has not followed the target to \(self.target.endpoint.address) yet",
                    remedy: "nothing, if it runs; otherwise start it", kind: .transient)
            }
            return (BinlogPosition(file: position.file, offset: position.offset), found.1)
        }
        // It begins later than now.
        let now = try naming(.target, "reading its position") { try currentBinlogPosition(target, profile) }
        return (BinlogPosition(file: now.file, offset: now.offset), found.1)
    }
}
