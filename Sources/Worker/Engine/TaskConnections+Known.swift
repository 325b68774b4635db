import SyncModel
import SyncMySQL
import SyncWire
import WorkerCheckpoint
import WorkerSchema

/// Where a task begins whose target executes definition statements first (``StatementsAhead``): it has to know which of
/// them its source had executed there.
extension TaskConnections {
    /// Tells how far in the target's log the source is at the moment of `body`; nil when that does not matter.
    ///
    /// The other half of the pair says how far it is, on the source. What counts is only which statements it has executed,
    /// so nothing of that may change meanwhile.
    func knowing<T>(_ source: Session, _ target: Session, _ body: () throws -> T) throws -> (T, known: BinlogPosition?) {
        guard let pair = configuration.pair, pair.reverseCarriesDDL else { return (try body(), nil) }
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

    private func reverse(
        _ task: String, _ source: Session, _ target: Session
    ) throws -> (position: BinlogPosition, statement: StatementRecord?) {
        let found = try naming(.source, "reading the other half's checkpoint") {
            (try CheckpointStore.read(task: task, source)?.position, try StatementRecord.read(task: task, source))
        }
        if let position = found.0 { return (BinlogPosition(file: position.file, offset: position.offset), found.1) }
        // It begins later than now.
        let now = try naming(.target, "reading its position") { try currentBinlogPosition(target, try ServerProfile(target)) }
        return (BinlogPosition(file: now.file, offset: now.offset), found.1)
    }
}
