/// The type byte of an event. An open set: servers may send what is not named here.
///
/// Sources: `Log_event_type` in MySQL's `libs/mysql/binlog/event/binlog_event.h` (up to 9.7) and in MariaDB's
/// `sql/log_event.h`; MariaDB's own types start at 160.
package struct EventType: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    private init(_ rawValue: UInt8) { self.rawValue = rawValue }

    package static let unknown = EventType(0)
    package static let startV3 = EventType(1)
    package static let query = EventType(2)
    package static let stop = EventType(3)
    package static let rotate = EventType(4)
    package static let intVar = EventType(5)
    package static let load = EventType(6)
    package static let slave = EventType(7)
    package static let createFile = EventType(8)
    package static let appendBlock = EventType(9)
    package static let execLoad = EventType(10)
    package static let deleteFile = EventType(11)
    package static let newLoad = EventType(12)
    package static let rand = EventType(13)
    package static let userVar = EventType(14)
    package static let formatDescription = EventType(15)
    package static let xid = EventType(16)
    package static let beginLoadQuery = EventType(17)
    package static let executeLoadQuery = EventType(18)
    package static let tableMap = EventType(19)
    package static let writeRowsV0 = EventType(20)
    package static let updateRowsV0 = EventType(21)
    package static let deleteRowsV0 = EventType(22)
    package static let writeRowsV1 = EventType(23)
    package static let updateRowsV1 = EventType(24)
    package static let deleteRowsV1 = EventType(25)
    package static let incident = EventType(26)
    package static let heartbeat = EventType(27)
    package static let ignorable = EventType(28)
    package static let rowsQuery = EventType(29)
    package static let writeRows = EventType(30)
    package static let updateRows = EventType(31)
    package static let deleteRows = EventType(32)
    package static let gtid = EventType(33)
    package static let anonymousGTID = EventType(34)
    package static let previousGTIDs = EventType(35)
    package static let transactionContext = EventType(36)
    package static let viewChange = EventType(37)
    package static let xaPrepare = EventType(38)
    package static let partialUpdateRows = EventType(39)
    package static let transactionPayload = EventType(40)
    package static let heartbeatV2 = EventType(41)
    package static let gtidTagged = EventType(42)

    package static let annotateRows = EventType(160)
    package static let binlogCheckpoint = EventType(161)
    package static let mariaDBGTID = EventType(162)
    package static let mariaDBGTIDList = EventType(163)
    package static let startEncryption = EventType(164)
    package static let queryCompressed = EventType(165)
    package static let writeRowsCompressedV1 = EventType(166)
    package static let updateRowsCompressedV1 = EventType(167)
    package static let deleteRowsCompressedV1 = EventType(168)
    package static let writeRowsCompressed = EventType(169)
    package static let updateRowsCompressed = EventType(170)
    package static let deleteRowsCompressed = EventType(171)
    package static let partialRowData = EventType(172)

    package var description: String {
        switch self {
        case .startV3: "START_V3"
        case .query: "QUERY"
        case .stop: "STOP"
        case .rotate: "ROTATE"
        case .intVar: "INTVAR"
        case .load: "LOAD"
        case .slave: "SLAVE"
        case .createFile: "CREATE_FILE"
        case .appendBlock: "APPEND_BLOCK"
        case .execLoad: "EXEC_LOAD"
        case .deleteFile: "DELETE_FILE"
        case .newLoad: "NEW_LOAD"
        case .rand: "RAND"
        case .userVar: "USER_VAR"
        case .formatDescription: "FORMAT_DESCRIPTION"
        case .xid: "XID"
        case .beginLoadQuery: "BEGIN_LOAD_QUERY"
        case .executeLoadQuery: "EXECUTE_LOAD_QUERY"
        case .tableMap: "TABLE_MAP"
        case .writeRowsV0: "PRE_GA_WRITE_ROWS"
        case .updateRowsV0: "PRE_GA_UPDATE_ROWS"
        case .deleteRowsV0: "PRE_GA_DELETE_ROWS"
        case .writeRowsV1: "WRITE_ROWS_V1"
        case .updateRowsV1: "UPDATE_ROWS_V1"
        case .deleteRowsV1: "DELETE_ROWS_V1"
        case .incident: "INCIDENT"
        case .heartbeat: "HEARTBEAT"
        case .ignorable: "IGNORABLE"
        case .rowsQuery: "ROWS_QUERY"
        case .writeRows: "WRITE_ROWS"
        case .updateRows: "UPDATE_ROWS"
        case .deleteRows: "DELETE_ROWS"
        case .gtid: "GTID"
        case .anonymousGTID: "ANONYMOUS_GTID"
        case .previousGTIDs: "PREVIOUS_GTIDS"
        case .transactionContext: "TRANSACTION_CONTEXT"
        case .viewChange: "VIEW_CHANGE"
        case .xaPrepare: "XA_PREPARE"
        case .partialUpdateRows: "PARTIAL_UPDATE_ROWS"
        case .transactionPayload: "TRANSACTION_PAYLOAD"
        case .heartbeatV2: "HEARTBEAT_V2"
        case .gtidTagged: "GTID_TAGGED"
        case .annotateRows: "ANNOTATE_ROWS"
        case .binlogCheckpoint: "BINLOG_CHECKPOINT"
        case .mariaDBGTID: "MARIADB_GTID"
        case .mariaDBGTIDList: "MARIADB_GTID_LIST"
        case .startEncryption: "START_ENCRYPTION"
        case .queryCompressed: "QUERY_COMPRESSED"
        case .writeRowsCompressedV1: "WRITE_ROWS_COMPRESSED_V1"
        case .updateRowsCompressedV1: "UPDATE_ROWS_COMPRESSED_V1"
        case .deleteRowsCompressedV1: "DELETE_ROWS_COMPRESSED_V1"
        case .writeRowsCompressed: "WRITE_ROWS_COMPRESSED"
        case .updateRowsCompressed: "UPDATE_ROWS_COMPRESSED"
        case .deleteRowsCompressed: "DELETE_ROWS_COMPRESSED"
        case .partialRowData: "PARTIAL_ROW_DATA"
        default: "event type \(rawValue)"
        }
    }
}

extension EventType {
    /// Types that carry no data and may be passed over even though their events do not say that they are ignorable.
    var isKnownIgnorable: Bool {
        switch self {
        case .ignorable, .transactionContext, .viewChange, .binlogCheckpoint, .slave: true
        // What a change logged as a statement needs beside its text, which comes in an event of its own and decides.
        case .intVar, .rand, .userVar, .beginLoadQuery, .appendBlock, .deleteFile: true
        // The server sends the events behind it decrypted.
        case .startEncryption: true
        default: false
        }
    }
}
