import Logging
import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint

/// Reading the rows of a prepared transaction when it is committed.
extension BinlogReader {
    /// Hands the events of the group to the assembler, over a connection of their own.
    func readAgain(_ group: PreparedGroups.Awaited, _ assembler: inout TransactionAssembler) throws {
        var own = context
        // Another replica to the server; as the same one it would take the stream's place.
        own.taskID += "/xa"
        context.logger.debug("reading a prepared transaction again", metadata: ["xid": "\(group.xid)"])
        let reader = BinlogReader(own, queue: queue, from: group.place, history: history)
        let stream = try BinlogConnection.open(own, from: group.place)
        try context.control.watching(stream.interruption, waitsForSource: true) {
            let maps = assembler.beginAgain()
            var decoder = EventDecoder()
            var isDone = false
            while !isDone {
                try context.control.checkStop()
                guard let event = try reader.next(stream) else {
                    throw Failure(
                        .connectionLost,
                        "the source \(context.source.endpoint.address) ended the binlog stream",
                        remedy: "nothing, if the server is only restarting",
                        kind: .transient
                    )
                }
                let decoded = try decoder.decode(event)
                if case .transactionPayload(let payload) = decoded {
                    var events = try PayloadReader(payload)
                    while !isDone, let event = try events.next() {
                        isDone = try assembler.take(again: try decoder.decode(unpacked: event))
                    }
                } else {
                    isDone = try assembler.take(again: decoded)
                }
            }
            try assembler.endAgain(maps)
        }
    }
}
