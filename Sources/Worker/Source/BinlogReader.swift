import Logging
package import SyncModel
import SyncMySQL
import WorkerBinlog
package import WorkerCheckpoint
package import WorkerDDL
package import WorkerSchema

/// Reads the source's binlog from a position and hands its transactions to the applier through a queue.
package struct BinlogReader: Sendable {
    let context: TaskContext
    let queue: ChangeQueue
    private let position: BinlogPosition
    let history: @Sendable () throws -> SchemaHistory
    private let tableStarts: [TableName: BinlogPosition]
    private let prepared: PreparedTransactions
    private let target: TargetKnowledge?
    private let decisions: StatementDecisions
    private let end: BinlogPosition?
    private let bytesRead: ByteCount?

    /// - Parameters:
    ///   - history: makes the schema history as of `position`; called on the reader's thread, which owns it.
    ///   - tableStarts: source tables whose changes count only from a later position on: those without a key, which were
    ///     copied as of exactly there.
    ///   - prepared: distributed transactions that are open at the position.
    ///   - target: what the source knew of the target there, when the target may be ahead of it.
    ///   - decisions: of the operator about definition statements.
    ///   - end: the reader ends by itself at the first boundary there or behind, by file and offset; nil: it does not.
    ///   - bytesRead: what is read is added there.
    package init(
        _ context: TaskContext, queue: ChangeQueue, from position: BinlogPosition, history: @escaping @Sendable () throws -> SchemaHistory,
        tableStarts: [TableName: BinlogPosition] = [:], prepared: PreparedTransactions = PreparedTransactions(),
        target: TargetKnowledge? = nil, decisions: StatementDecisions = StatementDecisions(), end: BinlogPosition? = nil,
        bytesRead: ByteCount? = nil
    ) {
        self.bytesRead = bytesRead
        self.end = end
        self.target = target
        self.prepared = prepared
        self.decisions = decisions
        self.history = history
        self.context = context
        self.queue = queue
        self.position = position
        self.tableStarts = tableStarts
    }

    /// Starts the reader's thread. Its end, and the error if there was one, arrives at the end of the queue.
    package func start() {
        WorkerThread.start("dts-reader") {
            do {
                try read()
                queue.finish(nil)
            } catch {
                queue.finish(error)
            }
        }
    }

    private func read() throws {
        let stream = try BinlogConnection.open(context, from: position)
        try context.control.watching(stream.interruption, waitsForSource: true) {
            var decoder = EventDecoder()
            var assembler = TransactionAssembler(
                context, queue: queue, from: position, history: try history(), source: SourceDefinitions(context), tableStarts: tableStarts, prepared: prepared,
                target: target, decisions: decisions)
            while !context.control.isStopping {
                // A transaction that begins there belongs to whoever reads on.
                if let end, assembler.isBetweenTransactions, assembler.place.position.isAtOrBehind(end) { return }
                guard let event = try next(stream) else {
                    throw Failure(
                        .connectionLost, "the source \(context.source.endpoint.address) ended the binlog stream",
                        remedy: "nothing, if the server is only restarting", kind: .transient)
                }
                bytesRead?.add(event.count)
                let header = try EventHeader(event)
                let decoded = try decoder.decode(event)
                try assembler.take(decoded, header)
                if case .transactionPayload(let payload) = decoded { try unpack(payload, &decoder, &assembler) }
                if let group = assembler.awaited { try readAgain(group, &assembler) }
            }
        }
    }

    /// A compressed transaction: its events one after the other.
    private func unpack(
        _ payload: TransactionPayload, _ decoder: inout EventDecoder, _ assembler: inout TransactionAssembler
    ) throws {
        var events = try PayloadReader(payload)
        while let event = try events.next() {
            try assembler.take(unpacked: try decoder.decode(unpacked: event), try EventHeader(event))
        }
    }

    func next(_ stream: BinlogStream) throws -> UnsafeRawBufferPointer? {
        do {
            return try stream.next()
        } catch {
            guard error.code == .binlogReadFailed || error.code == .sameReplicaConnected else {
                throw error.failure(role: "source", address: context.source.endpoint.address, doing: "reading its binlog")
            }
            throw refusal(error)
        }
    }

    private func noteClash() {
        do {
            try TaskRecord.noteClash(task: context.taskID, try Session(context.source))
        } catch {
            context.logger.warning("the clash cannot be noted on the source", metadata: ["error": "\(error)"])
        }
    }

    private func missingRange() -> Failure? {
        do {
            let session = try Session(context.source)
            try SourceLog(session, context.sourceProfile, address: context.source.endpoint.address).check(position, context.positioning)
        } catch let failure as Failure {
            return failure
        } catch {
            context.logger.warning("what is missing cannot be asked for", metadata: ["error": "\(error)"])
        }
        return nil
    }

    /// Error 1236 has many causes, told apart by the server's text only.
    private func refusal(_ error: MySQLError) -> Failure {
        let place = position.gtid.map { "GTID position \($0)" } ?? "\(position.file ?? "?"):\(position.offset ?? 0)"
        let text = error.message.lowercased()
        if text.contains("purged") || text.contains("could not find first log file") || text.contains("could not find gtid state") {
            // It was there when the stream began; what is missing now is asked for, and the server's text serves otherwise.
            if let named = missingRange() { return named }
            return Failure(
                .binlogPurged, "the source no longer has the binlog that follows \(place): \(error.message)",
                remedy: "changes are lost for this task: \(Failure.startOver); keep the binlog longer (binlog_expire_logs_seconds)")
        }
        if error.code == .sameReplicaConnected || text.contains("same server") {
            // A reader that was given up is ended by its successor.
            if !queue.isAbandoned { noteClash() }
            return Failure(
                .replicaIDClash, "another replica with this task's identity connected to the source: \(error.message)",
                remedy: "nothing: the task connects with another one; if it comes again, make sure that the task runs once only",
                kind: .transient)
        }
        return Failure(
            .binlogCorrupt, "the source cannot read its binlog behind \(place): \(error.message)",
            remedy: "check the source's binlog with mysqlbinlog and its error log")
    }
}
