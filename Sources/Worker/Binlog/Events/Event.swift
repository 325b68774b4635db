/// A decoded event.
///
/// Values of the enum that show bytes (statements, rows) borrow them: they are valid as long as the bytes given to the
/// decoder and until the decoder's next call, whichever ends first.
package enum Event {
    case rotate(RotateEvent)
    case formatDescription(FormatDescription)
    /// MySQL, with or without tag, and anonymous.
    case gtid(GTIDEvent)
    case mariaDBGTID(MariaDBGTIDEvent)
    /// The GTID position at the beginning of a MariaDB binlog file (or made up at the end of a stream).
    case gtidList(MariaDBGTIDPosition)
    /// The GTIDs of all earlier files (MySQL).
    case previousGTIDs(GTIDSet)
    case query(QueryEvent)
    case xid(UInt64)
    case xaPrepare(XAPrepareEvent)
    case heartbeat(HeartbeatEvent)
    case tableMap(TableMap)
    case rows(RowsEvent)
    case transactionPayload(TransactionPayload)
    /// The source lost changes; a replica must not go on.
    case incident(code: UInt16, message: String)
    /// The statement behind the row events that follow (MySQL ROWS_QUERY, MariaDB ANNOTATE_ROWS). For information only.
    case rowsQuery(UnsafeRawBufferPointer)
    /// The server shut down properly here.
    case stop
    /// Anything else. When it is not ignorable, going on would lose data.
    case other(EventType, ignorable: Bool)
}

/// The stream goes on in another file.
package struct RotateEvent: Sendable, Hashable {
    package let file: String
    package let position: UInt64
    /// True for the event that a server makes up at the beginning of a stream; false for one at the end of a file.
    package let isArtificial: Bool

    init(reading reader: inout ByteReader, header: EventHeader) throws(DecodeError) {
        position = try reader.readUInt64()
        file = try reader.readString(reader.remaining)
        isArtificial = header.isArtificial || header.nextPosition == 0
    }
}

/// A sign of life that says how far the server has read its binlog.
///
/// Source: `Heartbeat_event` (type 27: file name in the body, position in the header) and `Heartbeat_event_v2`
/// (type 41: typed fields, position with 64 bits) in `control_events.cpp`.
package struct HeartbeatEvent: Sendable, Hashable {
    package let file: String
    package let position: UInt64

    init(reading reader: inout ByteReader, header: EventHeader) throws(DecodeError) {
        if header.type == .heartbeat {
            file = try reader.readString(reader.remaining)
            position = UInt64(header.nextPosition)
            return
        }
        var file = ""
        var position: UInt64 = 0
        fields: while !reader.isAtEnd {
            let tag = try reader.readUInt8()
            if tag == 0 { break fields }
            let length = try reader.readPackedCount()
            switch tag {
            case 1: file = try reader.readString(length)
            case 2:
                var value = ByteReader(try reader.take(length), context: reader.context, origin: reader.origin)
                position = try value.readPacked()
            default: try reader.skip(length)
            }
        }
        self.file = file
        self.position = position
    }
}

/// The first phase of a distributed transaction is in the log (`XA PREPARE`, or `XA COMMIT … ONE PHASE`).
///
/// Source: `XA_prepare_event` in `control_events.h`: flag, format id, two lengths, then the transaction's identifier.
package struct XAPrepareEvent: Sendable, Hashable {
    package let isOnePhase: Bool
    package let xid: XID

    /// As in the log of a first phase that waits for the second.
    package init(_ xid: XID) {
        self.xid = xid
        isOnePhase = false
    }

    init(reading reader: inout ByteReader) throws(DecodeError) {
        isOnePhase = try reader.readUInt8() != 0
        let formatID = try reader.readUInt32()
        let global = try reader.readUInt32()
        let branch = try reader.readUInt32()
        guard global <= 64, branch <= 64 else { throw reader.error(.invalid, "length of the transaction identifier") }
        xid = XID(
            formatID: formatID,
            global: [UInt8](try reader.take(Int(global))),
            branch: [UInt8](try reader.take(Int(branch)))
        )
    }
}
