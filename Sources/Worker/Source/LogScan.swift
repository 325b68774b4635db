import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL

/// Reads a server's log from a place on, beside the task's own stream.
struct LogScan {
    private let context: TaskContext

    /// - Parameters:
    ///   - context: whose source is read.
    ///   - name: tells this stream from the task's own and others; nil: the context is one of its own.
    init(_ context: TaskContext, as name: String? = nil) {
        var own = context
        if let name { own.taskID += "/\(name)" }
        // Places are known by file and offset.
        own.spec.source.positioning = .file
        self.context = own
    }

    /// - Parameters:
    ///   - start: where an event begins.
    ///   - end: where reading ends by itself; nil: nowhere.
    ///   - body: gets each event with the place behind it, and says whether to read on.
    /// - Throws: `Stopped`; ``Failure`` when the log cannot be read.
    func read(
        from start: BinlogPosition, to end: BinlogPosition? = nil, _ body: (Event, EventHeader, BinlogPlace) throws -> Bool
    ) throws {
        // What a replica cannot ask for it has to come by.
        let isFar = (start.offset ?? 0) > UInt64(UInt32.max)
        let first = isFar ? BinlogPosition(file: start.file, offset: 4) : start
        let reader = BinlogReader(context, queue: ChangeQueue(), from: first, history: { [context] in SchemaHistory(empty: context) })
        let stream = try BinlogConnection.open(context, from: first)
        try context.control.watching(stream.interruption, waitsForSource: true) {
            var decoder = EventDecoder()
            var place = BinlogPlace(first)
            while end.map({ !place.position.isAtOrBehind($0) }) ?? true {
                try context.control.checkStop()
                guard let event = try reader.next(stream) else {
                    throw Failure(
                        .connectionLost, "\(context.source.endpoint.address) ended the binlog stream",
                        remedy: "nothing, if the server is only restarting", kind: .transient)
                }
                let header = try EventHeader(event)
                let decoded = try decoder.decode(event)
                switch decoded {
                case .rotate(let rotate): place.rotate(to: rotate.file, at: rotate.position)
                case .heartbeat(let heartbeat): place.learn(heartbeat)
                default: place.pass(header)
                }
                if isFar, start.isAtOrBehind(place.position) { continue }
                guard try body(decoded, header, place) else { return }
                if case .transactionPayload(let payload) = decoded {
                    var events = try PayloadReader(payload)
                    while let event = try events.next() {
                        guard try body(try decoder.decode(unpacked: event), try EventHeader(event), place) else { return }
                    }
                }
            }
        }
    }
}
