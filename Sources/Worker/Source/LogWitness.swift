import SyncModel
package import SyncMySQL
import WorkerBinlog
package import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// Whether a source's log is still the one in which a checkpoint lies.
///
/// Names do not tell: a log that is begun anew (RESET BINARY LOGS AND GTIDS, a server set up again under its old identity) counts
/// its files and transactions from the beginning, and has all of the checkpoint's again once it has grown. The second in which a
/// file was begun tells, unless both were begun in the same one.
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
        var begun: UInt32 = 0
        try LogScan(context, as: "witness").read(from: BinlogPosition(file: file, offset: 4)) { event, header, _ in
            guard case .formatDescription = event else { return true }
            begun = header.timestamp
            return false
        }
        return begun
    }
}
