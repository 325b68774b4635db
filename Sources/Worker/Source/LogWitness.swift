import SyncModel
package import SyncMySQL
import WorkerBinlog
package import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// Whether a source's log is still the one in which a checkpoint lies.
///
/// Names do not tell: a log that is begun anew (RESET BINARY LOGS AND GTIDS, a server set up again under its old identity) counts
/// its files and transactions from the beginning, and has all of the checkpoint's again once it has grown.
package struct LogWitness {
    private let context: TaskContext

    package init(_ context: TaskContext) { self.context = context }

    /// - Parameter checkpoint: taken on this very server.
    /// - Throws: ``Failure`` `server-changed` when the file that it names is another one by now.
    package func check(_ checkpoint: Checkpoint, _ source: Session, _ target: Session) throws {
        guard let file = checkpoint.position.file, checkpoint.sourceServer == context.sourceProfile.server else { return }
        let known = try context.attempt(.target, "reading what is known of the source's log") {
            try SourceFile.begun(file, task: context.taskID, target)
        }
        guard let known else { return }
        let files = try context.attempt(.source, "listing the files of its log") {
            try source.rows("SHOW BINARY LOGS").compactMap { $0.first ?? nil }
        }
        let address = context.source.endpoint.address
        guard files.contains(file) else {
            // Files by another name are those of a server that was moved or named anew; its GTIDs tell whether it has everything.
            guard let last = files.last, BinlogPosition.base(of: last) == BinlogPosition.base(of: file),
                BinlogPosition.number(of: last) < BinlogPosition.number(of: file)
            else { return }
            throw SourceLog.wasReset(address, "its last file is \(last), and the task has read \(file)")
        }
        let found = try begun(file)
        guard found == known else {
            throw SourceLog.wasReset(address, "its file \(file) was begun at \(found) (seconds since 1970), and the one that the task has read at \(known)")
        }
    }

    /// When the server began a file.
    private func begun(_ file: String) throws -> UInt32 {
        var own = context
        // Beside the task's own reader.
        own.taskID += "/witness"
        own.spec.source.positioning = .file
        let start = BinlogPosition(file: file, offset: 4)
        let reader = BinlogReader(own, queue: ChangeQueue(), from: start, history: { [own] in try SchemaHistory(now: own) })
        let stream = try BinlogConnection.open(own, from: start)
        return try own.control.watching(stream.interruption, waitsForSource: true) {
            var decoder = EventDecoder()
            while true {
                try own.control.checkStop()
                guard let event = try reader.next(stream) else {
                    throw Failure(
                        .connectionLost, "the source \(own.source.endpoint.address) ended the binlog stream",
                        remedy: "nothing, if the server is only restarting", kind: .transient)
                }
                let header = try EventHeader(event)
                if case .formatDescription = try decoder.decode(event) { return header.timestamp }
            }
        }
    }
}
