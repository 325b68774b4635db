/// The 19 bytes that every event begins with.
///
/// Source: MySQL internals manual, "Binary Log Event Header" (v4).
package struct EventHeader: Sendable, Hashable {
    package static let size = 19

    /// Seconds since 1970 when the statement began, on its first server.
    package let timestamp: UInt32
    package let type: EventType
    package let serverID: UInt32
    /// Length of the whole event: header, body and checksum.
    package let eventSize: UInt32
    /// Where the next event begins in the file. It wraps at 4 GiB, and is 0 for events made up by the server, inside a
    /// transaction payload, and (MariaDB 11) inside a transaction.
    package let nextPosition: UInt32
    package let flags: UInt16

    /// Reads the header of `event`, which may be longer than the header.
    ///
    /// - Throws: `DecodeError` when the bytes end early or the header's length is shorter than a header. It does not
    ///   compare the length with what was given, so that a header can be read ahead of its body.
    package init(_ event: UnsafeRawBufferPointer) throws(DecodeError) {
        var reader = ByteReader(event, context: "event header")
        timestamp = try reader.readUInt32()
        type = EventType(rawValue: try reader.readUInt8())
        serverID = try reader.readUInt32()
        eventSize = try reader.readUInt32()
        nextPosition = try reader.readUInt32()
        flags = try reader.readUInt16()
        guard eventSize >= EventHeader.size else { throw reader.error(.invalid, "length \(eventSize)") }
    }

    /// Made up by the server for this connection; not in any file (`LOG_EVENT_ARTIFICIAL_F`).
    package var isArtificial: Bool { flags & 0x20 != 0 }
    /// May be passed over by who does not know the type (`LOG_EVENT_IGNORABLE_F`).
    package var isIgnorable: Bool { flags & 0x80 != 0 }
    /// The binlog file was not closed properly (`LOG_EVENT_BINLOG_IN_USE_F`, format description only).
    package var isBinlogInUse: Bool { flags & 0x01 != 0 }
    /// The session asked replicas to skip it (MariaDB's `LOG_EVENT_SKIP_REPLICATION_F`).
    package var isSkipReplication: Bool { flags & 0x8000 != 0 }
}
