import Testing
import WorkerBinlog

/// The events of real servers, one by one.
@Suite struct EventFixtureTests {
    /// Decodes a whole file; compressed transactions are unpacked in place.
    private func decode(_ name: String, _ body: (EventHeader, Event) throws -> Void) throws {
        var decoder = EventDecoder()
        for event in try BinlogFixture(name).events() {
            try event.withUnsafeBytes { bytes in
                let decoded = try decoder.decode(bytes)
                try body(try EventHeader(bytes), decoded)
                guard case .transactionPayload(let payload) = decoded else { return }
                var reader = try PayloadReader(payload)
                while let inner = try reader.next() {
                    try body(try EventHeader(inner), try decoder.decode(unpacked: inner))
                }
            }
        }
    }

    @Test(arguments: BinlogFixture.all)
    func everyEventIsDecodedAndPositionsAddUp(_ name: String) throws {
        var decoder = EventDecoder()
        var position: UInt32 = 4
        for event in try BinlogFixture(name).events() {
            try event.withUnsafeBytes { bytes in
                let header = try EventHeader(bytes)
                position += header.eventSize
                // MariaDB 11 leaves the position out inside transactions.
                let isLeftOut = name.hasPrefix("mariadb11") && header.nextPosition == 0
                #expect(header.nextPosition == position || isLeftOut)
                #expect(!header.isArtificial)
                if case .other(let type, let ignorable) = try decoder.decode(bytes) {
                    #expect(ignorable || type == .intVar, "\(type)")
                }
            }
        }
    }

    @Test func statementsOfMySQL() throws {
        var kinds: [StatementKind] = []
        var first: QueryEvent.SessionVariables?
        var checksOff = 0
        try decode("mysql-events") { _, event in
            guard case .query(let query) = event else { return }
            first = first ?? query.session
            #expect(query.errorCode == 0)
            if query.kind != .begin {
                kinds.append(query.kind)
            } else if query.session.noForeignKeyChecks {
                checksOff += 1
            }
        }
        #expect(
            kinds == [
                .ddl(DDLKind(.create, .table)), .ddl(DDLKind(.create, .table)), .ddl(DDLKind(.alter, .table)),
                .xaStart, .xaEnd, .xaCommit, .xaStart, .xaEnd, .ddl(DDLKind(.create, .table)), .savepoint,
                .ddl(DDLKind(.truncate, .table)), .ddl(DDLKind(.drop, .table)), .ddl(DDLKind(.create, .table)), .dml,
            ]
        )
        #expect(checksOff == 1)
        let session = try #require(first)
        #expect(session.sqlMode == 1 << 19)  // NO_AUTO_VALUE_ON_ZERO
        #expect(session.characterSet?.client == 255)
        #expect(session.ddlXID != nil)
    }

    @Test func identifiersOfMySQL() throws {
        var last: Int64 = 0
        var tagged: [String] = []
        var previous: GTIDSet?
        try decode("mysql-events") { header, event in
            switch event {
            case .previousGTIDs(let set): previous = set
            case .gtid(let event):
                #expect(event.sequenceNumber == last + 1)
                last = event.sequenceNumber
                #expect(event.originalCommitTimestamp == event.immediateCommitTimestamp)
                // Within a day of the seconds in the header.
                let seconds = try #require(event.immediateCommitTimestamp) / 1_000_000
                #expect(seconds >= UInt64(header.timestamp) && seconds < UInt64(header.timestamp) + 86_400)
                #expect(event.immediateServerVersion == 90_704)
                let length = try #require(event.transactionLength)
                #expect(length > UInt64(header.eventSize))
                let gtid = try #require(event.gtid)
                if header.type == .gtidTagged { tagged.append(gtid.tag) } else { #expect(gtid.tag.isEmpty) }
                #expect(previous?.contains(gtid) == false)
                previous?.insert(gtid)
            default: break
            }
        }
        #expect(tagged == ["some_tag", "some_tag"])
        // The next file begins with exactly what this one ended with.
        var next: GTIDSet?
        try decode("mysql-tagged") { _, event in if case .previousGTIDs(let set) = event { next = set } }
        #expect(next == previous)
        #expect(next?.hasTags == true)
    }

    @Test func distributedTransactions() throws {
        var prepares: [XAPrepareEvent] = []
        try decode("mysql-events") { _, event in if case .xaPrepare(let event) = event { prepares.append(event) } }
        #expect(prepares.map(\.isOnePhase) == [false, true])
        #expect(prepares[0].xid == XID(formatID: 7, global: Array("g".utf8), branch: Array("b".utf8)))
        var maria: [XID] = []
        try decode("mariadb-events") { _, event in
            guard case .mariaDBGTID(let event) = event, let xid = event.xid else { return }
            #expect(event.flags.contains(.preparedXA) != event.flags.contains(.completedXA))
            maria.append(xid)
        }
        #expect(maria == [prepares[0].xid, prepares[0].xid])
    }

    @Test func compressedTransaction() throws {
        var inner: [EventType] = []
        try decode("mysql-events") { header, _ in if header.nextPosition == 0 { inner.append(header.type) } }
        #expect(inner == [.query, .tableMap, .writeRows, .xid])
        #expect(try BinlogFixture("mysql-events").rows().contains { $0.map.table == "copy" })
    }

    @Test func statementsOfMariaDB() throws {
        var texts: [String] = []
        var annotations = 0
        var domains: Set<UInt32> = []
        var list: MariaDBGTIDPosition?
        var flags: [UInt8] = []
        try decode("mariadb-events") { header, event in
            switch event {
            case .query(let query):
                texts.append("\(query.kind)")
                if header.type == .queryCompressed {
                    #expect(query.text.hasPrefix("CREATE TABLE fx.compressed_statement (a_col"))
                }
            case .rowsQuery(let text):
                annotations += 1
                #expect(text.count > 10)
            case .gtidList(let position): list = position
            case .mariaDBGTID(let event):
                domains.insert(event.domain)
                flags.append(event.flags.rawValue)
                if event.domain == 0, let before = list?[0] { #expect(event.gtid.sequence > before.sequence) }
            default: break
            }
        }
        #expect(annotations == 10)
        // Rows; DDL alone; a non-transactional table; XA in two groups; CREATE … SELECT, which has rows and a COMMIT.
        #expect(flags == [41, 12, 12, 12, 12, 41, 8, 76, 141, 40, 12, 12, 12, 41, 41, 41, 12])
        #expect(domains == [0, 7])
        #expect(texts.filter { $0.contains("create-table") }.count == 4)
        #expect(texts.contains("commit"))
    }

    @Test func rotateIsTheLast() throws {
        for name in BinlogFixture.all {
            var last: Event?
            try decode(name) { _, event in last = event }
            guard case .rotate(let event)? = last else {
                Issue.record("\(name)")
                continue
            }
            #expect(event.position == 4)
            #expect(event.file.hasPrefix("binlog.0"))
            #expect(!event.isArtificial)
        }
    }

    @Test func damagedChecksumIsSeen() throws {
        for name in ["mysql-events", "mariadb-events"] {
            var events = try BinlogFixture(name).events()
            var decoder = EventDecoder()
            _ = try events[0].withUnsafeBytes { try decoder.decode($0) }
            events[3][25] ^= 1
            let error = events[3].withUnsafeBytes { bytes in
                #expect(throws: DecodeError.self) { _ = try decoder.decode(bytes) }
            }
            #expect(error?.reason == .checksum)
            #expect(error?.position != nil)
            decoder.verifiesChecksums = false
            _ = try? events[3].withUnsafeBytes { try decoder.decode($0) }
        }
    }

    /// The server makes it up before the format is known, with or without a checksum.
    @Test(arguments: [false, true])
    func artificialRotateBeforeTheFormat(_ hasChecksum: Bool) throws {
        var event: [UInt8] = [0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0]
        event += [0xA0, 0x86, 1, 0, 1, 0, 0, 0] + Array("binlog.000042".utf8)
        event[9] = UInt8(event.count + (hasChecksum ? 4 : 0))
        if hasChecksum {
            let checksum = event.withUnsafeBytes { CRC32.checksum($0) }
            event += (0..<4).map { UInt8(truncatingIfNeeded: checksum >> UInt32(8 * $0)) }
        }
        var decoder = EventDecoder()
        guard case .rotate(let rotate) = try event.withUnsafeBytes({ try decoder.decode($0) }) else {
            Issue.record("no rotate")
            return
        }
        #expect(rotate.file == "binlog.000042")
        #expect(rotate.position == 4_295_067_296)
        #expect(rotate.isArtificial)
    }
}
