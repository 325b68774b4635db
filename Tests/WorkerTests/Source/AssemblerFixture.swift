import Logging
import SyncModel
import SyncMySQL
import SyncWire
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

@testable import WorkerSource

/// An assembler that is fed with events made by hand. It syncs the database `shop`, and needs a server for rows only.
struct AssemblerFixture: ~Copyable {
    let queue = ChangeQueue()
    var assembler: TransactionAssembler
    var decoder = EventDecoder()
    /// Where the next event begins.
    var offset: UInt64 = 4

    /// - Parameters:
    ///   - target: where the tables really are, in the database `mappedTo`.
    ///   - tables: as the source has them.
    ///   - filter: of the table `t`, as the task has it.
    init(
        at position: BinlogPosition = BinlogPosition(file: "binlog.000001", offset: 4),
        prepared: PreparedTransactions = PreparedTransactions(),
        target: Session.Options? = nil,
        mappedTo: String? = nil,
        filter: String? = nil,
        tables: [TableDefinition] = [],
        tableStarts: [TableName: BinlogPosition] = [:],
        decisions: StatementDecisions = StatementDecisions(),
        pieceBytes: Int = 2 << 20
    ) {
        let endpoint = Endpoint(host: "127.0.0.1", user: "dts")
        let options = Session.Options(endpoint: endpoint, password: "")
        let profile = ServerProfile(version: "9.7.0", uuid: "source")
        let spec = TaskSpec(
            name: "fixture",
            source: endpoint,
            target: endpoint,
            objects: [ObjectSelection(database: "shop", mappedTo: mappedTo, tables: filter.map { [TableSelection(name: "t", filter: $0)] })]
        )
        let context = TaskContext(
            taskID: "fixture",
            spec: spec,
            source: options,
            target: target ?? options,
            sourceProfile: profile,
            targetProfile: ServerProfile(version: "9.7.0", uuid: "target"),
            store: CheckpointStore(task: "fixture", epoch: 1),
            control: RunControl(limits: Limits()),
            logger: Logger(label: "fixture")
        )
        let history = SchemaHistory(
            Dictionary(tables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
            databases: ["shop"]
        )
        assembler = TransactionAssembler(
            context,
            queue: queue,
            from: position,
            history: history,
            source: nil,
            tableStarts: tableStarts,
            prepared: prepared,
            decisions: decisions,
            reach: NoReach(),
            pieceBytes: pieceBytes
        )
        offset = position.offset ?? 4
    }

    /// An event with this body, behind the last one.
    mutating func take(_ type: EventType, _ body: [UInt8], flags: UInt16 = 0, hasPosition: Bool = true) throws {
        var event: [UInt8] = [0, 0, 0, 0, type.rawValue, 1, 0, 0, 0]
        let size = EventHeader.size + body.count
        offset += UInt64(size)
        append(UInt64(size), 4, to: &event)
        append(hasPosition ? offset : 0, 4, to: &event)
        append(UInt64(flags), 2, to: &event)
        event += body
        try event.withUnsafeBytes { bytes in
            try assembler.take(try decoder.decode(unpacked: bytes), try EventHeader(bytes))
        }
    }

    mutating func take(statement: String, in database: String = "shop") throws {
        var body = [UInt8](repeating: 0, count: 8)
        body.append(UInt8(database.utf8.count))
        body += [0, 0, 0, 0] + Array(database.utf8) + [0] + Array(statement.utf8)
        try take(.query, body)
    }

    /// An anonymous transaction begins.
    mutating func begin() throws { try take(.anonymousGTID, [0] + [UInt8](repeating: 0, count: 24)) }

    mutating func prepare(_ xid: XID, onePhase: Bool = false) throws {
        var body: [UInt8] = [onePhase ? 1 : 0]
        append(UInt64(xid.formatID), 4, to: &body)
        append(UInt64(xid.global.count), 4, to: &body)
        append(UInt64(xid.branch.count), 4, to: &body)
        try take(.xaPrepare, body + xid.global + xid.branch)
    }

    /// Segments handed on so far.
    func segments() -> [ChangeSegment] {
        var segments: [ChangeSegment] = []
        while case .segment(let segment) = queue.pop(milliseconds: 0) { segments.append(segment) }
        return segments
    }

    /// The places of everything handed on so far.
    func marks() -> [ChangeSegment.Mark] {
        segments().flatMap(\.marks)
    }

    private func append(_ value: UInt64, _ count: Int, to bytes: inout [UInt8]) {
        for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
    }
}

/// A source without views, triggers, foreign keys and routines.
final class NoReach: StatementReach {
    func reason(tables: Set<TableName>, calls: Set<RowStatement.Call>, isSynced: (TableName) -> Bool) -> StatementDanger? { nil }
    func forget() {}
}
