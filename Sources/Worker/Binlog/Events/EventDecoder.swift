/// Turns the bytes of events into ``Event`` values, in stream order.
///
/// It follows the stream's format descriptions, checks and strips checksums, and remembers table maps so that an event
/// with the same bytes gives the same object again.
package struct EventDecoder: ~Copyable {
    /// The format of the events to come; a format description in the stream replaces it.
    package private(set) var format: FormatDescription
    /// Whether the CRC32 of events that have one is compared. Stripped it is in any case.
    package var verifiesChecksums: Bool
    private var maps: [UInt64: TableMap] = [:]
    /// What a compressed event of MariaDB holds.
    private var expanded = SQLBuffer()

    /// Old maps are dropped beyond this number; tables in use come again with every statement.
    private static let mapLimit = 4096

    package init(format: FormatDescription = .initial, verifiesChecksums: Bool = true) {
        self.format = format
        self.verifiesChecksums = verifiesChecksums
    }

    /// Decodes one event, header and checksum included.
    ///
    /// - Throws: `DecodeError` when the bytes do not follow the format. An unknown type is no error: it comes as
    ///   ``Event/other(_:ignorable:)``.
    package mutating func decode(_ event: UnsafeRawBufferPointer) throws(DecodeError) -> Event {
        let header = try EventHeader(event)
        do throws(DecodeError) {
            guard event.count == Int(header.eventSize) else {
                let reason: DecodeError.Reason = event.count < Int(header.eventSize) ? .truncated : .invalid
                throw DecodeError(reason, "event of \(header.eventSize) bytes", at: event.count)
            }
            return try decode(try stripChecksum(event, header), header)
        } catch {
            throw located(error, header)
        }
    }

    /// Decodes one event out of a transaction payload; such events have no checksum.
    package mutating func decode(unpacked event: UnsafeRawBufferPointer) throws(DecodeError) -> Event {
        let header = try EventHeader(event)
        do throws(DecodeError) {
            guard event.count == Int(header.eventSize) else {
                throw DecodeError(.truncated, "event of \(header.eventSize) bytes", at: event.count)
            }
            return try decode(event, header)
        } catch {
            throw located(error, header)
        }
    }

    private func located(_ error: DecodeError, _ header: EventHeader) -> DecodeError {
        var error = error
        error.eventType = error.eventType ?? header.type
        error.position = header.nextPosition
        return error
    }

    private mutating func stripChecksum(
        _ event: UnsafeRawBufferPointer,
        _ header: EventHeader
    ) throws(DecodeError) -> UnsafeRawBufferPointer {
        if header.type == .formatDescription {
            // It describes itself, and stays whole: its reader takes the algorithm from its end.
            let own = try FormatDescription(event: event)
            if own.checksum == .crc32, verifiesChecksums { try verify(event, header) }
            return event
        }
        switch format.checksum {
        case .none: return event
        case .crc32:
            guard event.count >= EventHeader.size + 4 else {
                throw DecodeError(.truncated, "checksum", at: event.count)
            }
            if verifiesChecksums { try verify(event, header) }
        case .unknown:
            guard event.count >= EventHeader.size + 4, checksum(of: event, header) == stored(event) else {
                return event
            }
        }
        return UnsafeRawBufferPointer(rebasing: event[..<(event.count - 4)])
    }

    private func verify(_ event: UnsafeRawBufferPointer, _ header: EventHeader) throws(DecodeError) {
        guard checksum(of: event, header) == stored(event) else {
            throw DecodeError(.checksum, "event of \(event.count) bytes", at: event.count - 4)
        }
    }

    private func stored(_ event: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(truncatingIfNeeded: event.littleEndian(at: event.count - 4, count: 4))
    }

    /// The server sets the flag "in use" after the checksum was made and clears it when the file is closed, so it
    /// counts as clear. Source: `Log_event_footer::event_checksum_test`.
    private func checksum(of event: UnsafeRawBufferPointer, _ header: EventHeader) -> UInt32 {
        let covered = UnsafeRawBufferPointer(rebasing: event[..<(event.count - 4)])
        guard header.type == .formatDescription, header.isBinlogInUse else { return CRC32.checksum(covered) }
        var crc = CRC32()
        crc.update(UnsafeRawBufferPointer(rebasing: covered[..<17]))
        withUnsafeBytes(of: covered[17] & ~1) { crc.update($0) }
        crc.update(UnsafeRawBufferPointer(rebasing: covered[18...]))
        return crc.value
    }

    private mutating func decode(
        _ event: UnsafeRawBufferPointer,
        _ header: EventHeader
    ) throws(DecodeError) -> Event {
        let body = UnsafeRawBufferPointer(rebasing: event[EventHeader.size...])
        var reader = ByteReader(body, context: header.type.description, origin: EventHeader.size)
        switch header.type {
        case .formatDescription:
            format = try FormatDescription(event: event)
            maps.removeAll()
            return .formatDescription(format)
        case .rotate: return .rotate(try RotateEvent(reading: &reader, header: header))
        case .gtid, .anonymousGTID, .gtidTagged: return .gtid(try GTIDEvent(reading: &reader, type: header.type))
        case .previousGTIDs: return .previousGTIDs(try GTIDSet(decoding: body))
        case .mariaDBGTID:
            return .mariaDBGTID(try MariaDBGTIDEvent(reading: &reader, serverID: header.serverID))
        case .mariaDBGTIDList: return .gtidList(try MariaDBGTIDPosition(reading: &reader))
        case .query:
            return .query(try QueryEvent(reading: &reader, postHeaderLength: format.postHeaderLength(of: .query)))
        case .executeLoadQuery:
            // A statement with four more fields: the file, where its name stands in the text, and what duplicates do.
            let length = max(format.postHeaderLength(of: .executeLoadQuery), 26)
            return .query(try QueryEvent(reading: &reader, postHeaderLength: length))
        case .queryCompressed:
            let length = format.postHeaderLength(of: .query)
            return .query(
                try QueryEvent(reading: &reader, postHeaderLength: length) { bytes throws(DecodeError) in
                    try expand(bytes)
                }
            )
        case .xid: return .xid(try reader.readUInt64())
        case .xaPrepare: return .xaPrepare(try XAPrepareEvent(reading: &reader))
        case .heartbeat, .heartbeatV2: return .heartbeat(try HeartbeatEvent(reading: &reader, header: header))
        case .tableMap: return .tableMap(try tableMap(event, body))
        case .writeRows, .updateRows, .deleteRows, .partialUpdateRows, .writeRowsV1, .updateRowsV1, .deleteRowsV1,
            .writeRowsV0, .updateRowsV0, .deleteRowsV0:
            let length = format.postHeaderLength(of: header.type)
            return .rows(try RowsEvent(reading: &reader, type: header.type, postHeaderLength: length))
        case .writeRowsCompressed, .updateRowsCompressed, .deleteRowsCompressed, .writeRowsCompressedV1,
            .updateRowsCompressedV1, .deleteRowsCompressedV1:
            let length = format.postHeaderLength(of: header.type)
            return .rows(
                try RowsEvent(reading: &reader, type: header.type, postHeaderLength: length) {
                    bytes throws(DecodeError) in try expand(bytes)
                }
            )
        case .transactionPayload: return .transactionPayload(try TransactionPayload(reading: &reader))
        case .incident:
            let code = try reader.readUInt16()
            let length = reader.isAtEnd ? 0 : Int(try reader.readUInt8())
            return .incident(code: code, message: try reader.readString(length))
        case .rowsQuery:
            // The length byte cannot hold long statements; the text goes to the end of the event.
            try reader.skip(1)
            return .rowsQuery(reader.takeRest())
        case .annotateRows: return .rowsQuery(body)
        case .stop: return .stop
        default:
            return .other(header.type, ignorable: header.isIgnorable || header.type.isKnownIgnorable)
        }
    }

    private mutating func expand(_ bytes: UnsafeRawBufferPointer) throws(DecodeError) -> UnsafeRawBufferPointer {
        expanded.removeAll()
        try expanded.append(mariaDBCompressed: bytes)
        // Lent until the next call of `decode`, which is what ``Event`` promises.
        return expanded.withUnsafeBytes { $0 }
    }

    private mutating func tableMap(
        _ event: UnsafeRawBufferPointer,
        _ body: UnsafeRawBufferPointer
    ) throws(DecodeError) -> TableMap {
        let length = format.postHeaderLength(of: .tableMap)
        if length != 6, body.count >= 8, let known = maps[body.littleEndian(at: 0, count: 6)], known.hasBody(body) {
            return known
        }
        let map = try TableMap(event: event, postHeaderLength: length, isMariaDB: format.isMariaDB)
        if maps.count >= EventDecoder.mapLimit { maps.removeAll() }
        maps[map.tableID] = map
        return map
    }
}
