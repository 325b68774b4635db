import Testing
import WorkerBinlog

/// What servers send to a replica, which differs from what is in their files: an artificial rotate before the format,
/// with a checksum only if the replica asked for one, and heartbeats.
@Suite struct StreamTests {
    @Test(arguments: [
        "mysql-crc32", "mysql-plain", "mariadb-crc32", "mariadb-plain", "mariadb11-crc32", "mariadb11-plain",
    ])
    func isDecodedFromTheFirstByte(_ name: String) throws {
        let stream = BinlogFixture(name: name, raw: [0, 0, 0, 0] + (try BinlogFixture.read("\(name).stream")))
        var decoder = EventDecoder()
        var types: [EventType] = []
        var rotate: RotateEvent?
        var heartbeat: HeartbeatEvent?
        var lastPosition: UInt32 = 0
        for event in try stream.events() {
            try event.withUnsafeBytes { bytes in
                let header = try EventHeader(bytes)
                types.append(header.type)
                switch try decoder.decode(bytes) {
                case .rotate(let event): rotate = event
                case .heartbeat(let event):
                    heartbeat = event
                    return
                case .other(_, let ignorable): #expect(ignorable)
                default: break
                }
                lastPosition = max(lastPosition, header.nextPosition)
            }
        }
        #expect(types.prefix(2) == [.rotate, .formatDescription])
        #expect(types.last == (name == "mysql-plain" ? .heartbeatV2 : .heartbeat))
        #expect(types.contains(.xid) || types.contains(.query))
        #expect(decoder.format.isMariaDB == name.hasPrefix("maria"))
        // Only the artificial rotate before the format follows what the replica asked for; then it is as in the file.
        #expect(decoder.format.checksum == .crc32)
        let first = try #require(rotate)
        #expect(first.isArtificial && first.position == 4 && first.file.utf8.count == 13)
        let last = try #require(heartbeat)
        #expect(last.file == first.file)
        #expect(last.position == UInt64(lastPosition))
    }

    @Test(arguments: ["mysql-bare", "mariadb-bare", "mariadb11-bare"])
    func filesWithoutChecksums(_ name: String) throws {
        var decoder = EventDecoder()
        var kinds: [String] = []
        for event in try BinlogFixture(name).events() {
            try event.withUnsafeBytes { bytes in
                switch try decoder.decode(bytes) {
                case .query(let query) where query.kind != .begin: kinds.append("\(query.kind)")
                case .rotate(let rotate): kinds.append("\(rotate.file.prefix(8))")
                case .xid: kinds.append("xid")
                case .rows(let rows): kinds.append("\(rows.kind) \(rows.rows.count)")
                default: break
                }
            }
        }
        #expect(decoder.format.checksum == .none && decoder.format.checksumLength == 0)
        #expect(kinds == ["ddl(create-table)", "insert 5", "xid", "binlog.0"])
    }
}
