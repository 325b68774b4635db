import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerSchema

/// Reads the newest file of the source's binlog as the task will, and decodes it. Nothing is written anywhere.
enum BinlogProbe {
    /// Enough to know that it works; a file may have a gigabyte.
    private static let mostEvents = 2000
    private static let mostBytes = 8 << 20

    static let check = Check("binlog-readable", needs: [.source], "the task's user gets the binlog, and all of it can be decoded") { scope in
        let profile = try scope.profile(.source)
        guard profile.hasBinlog else { return .skip("log_bin is OFF") }
        let position: BinlogPosition
        do throws(MySQLError) {
            position = try currentBinlogPosition(try scope.session(.source), profile)
        } catch {
            guard error.code == .specificAccessDenied else { throw error }
            return .skip("the user may not see where the binlog is; see source-privileges")
        }
        let session = try scope.another(.source)
        let connection = session.connectionID
        // The server would notice only at its next event that nobody listens.
        defer { _ = try? scope.session(.source).execute("KILL CONNECTION \(connection)") }
        do {
            let found = try read(session, position, profile)
            let facts = "\(found.events) events of \(position.file ?? "?") decoded, \(found.transactions) transactions"
            return found.statements == 0
                ? .pass(facts)
                : .alarm(
                    "\(facts), and \(found.statements) changes that were logged as statements: some session does not log rows",
                    remedy: "let all applications reconnect, and find the one that sets binlog_format (session-logging)")
        } catch let error as MySQLError {
            if error.isPassing { throw error }
            guard error.code == .specificAccessDenied || error.code == .accessDenied else {
                return .fail(
                    .binlogCorrupt, "the source cannot read \(position.file ?? "its binlog"): \(error)",
                    remedy: "check the source's binlog with mysqlbinlog and its error log")
            }
            return .fail(
                .privilegeMissing, "\(try scope.account(.source)) may not read the binlog",
                mend: Remedy(.source, ["GRANT REPLICATION SLAVE ON *.* TO \(try scope.account(.source))"]))
        } catch let error as DecodeError {
            return .fail(
                .unknownEvent, "\(position.file ?? "the binlog") cannot be decoded: \(error)",
                remedy: "use a later version of DTS; if a proxy is in between, connect to the server itself")
        }
    }

    private struct Found {
        var events = 0
        var transactions = 0
        /// Changes of rows in statement format.
        var statements = 0
        var bytes = 0
    }

    private static func read(_ session: Session, _ position: BinlogPosition, _ profile: ServerProfile) throws -> Found {
        try session.execute("SET @master_binlog_checksum = @@global.binlog_checksum, @source_binlog_checksum = @@global.binlog_checksum")
        // Should the end not be seen, silence is broken soon, nanoseconds.
        try session.execute("SET @master_heartbeat_period = 1000000000, @source_heartbeat_period = 1000000000")
        if profile.isMariaDB { try session.execute("SET @mariadb_slave_capability = 4") }
        let stream = try BinlogStream(
            session, serverID: UInt32.random(in: 1 << 30...UInt32.max - 1), from: .file(position.file ?? "", offset: 4))
        var decoder = EventDecoder()
        var found = Found()
        while found.events < mostEvents, found.bytes < mostBytes, let event = try stream.next() {
            let header = try EventHeader(event)
            switch try decoder.decode(event) {
            case .heartbeat: return found
            case .gtid, .mariaDBGTID: found.transactions += 1
            case .query(let query): if query.kind == .dml { found.statements += 1 }
            default: break
            }
            found.bytes += event.count
            if header.isArtificial { continue }
            found.events += 1
            if UInt64(header.nextPosition) >= position.offset ?? 0 { return found }
        }
        return found
    }
}
