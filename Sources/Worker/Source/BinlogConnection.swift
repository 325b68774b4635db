import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerSchema

/// Makes a session into a replica's connection that streams from a position.
enum BinlogConnection {
    /// After so much silence the server says that it is alive, nanoseconds.
    ///
    /// Well above the second between our own heartbeat rows: MySQL's dump thread misses a commit that falls together
    /// with its timer (`Binlog_sender::wait_with_heartbeat`), and sends it only when the timer runs out again.
    private static let heartbeat = 10_000_000_000

    /// - Parameter heartbeat: nanoseconds of silence after which the server says how far it is.
    static func open(_ context: TaskContext, from position: BinlogPosition, heartbeat: Int = heartbeat) throws -> BinlogStream {
        var options = context.source
        // Silence beyond several heartbeats means that the connection is dead.
        options.readTimeout = 60
        let profile = context.sourceProfile
        return try context.attempt(.source, "asking for its binlog") {
            let session = try Session(options)
            try session.execute("SET @master_binlog_checksum = @@global.binlog_checksum, @source_binlog_checksum = @@global.binlog_checksum")
            // While the applier is busy with a long transaction nothing is read for a while.
            try session.execute("SET SESSION net_write_timeout = 31536000")
            // Renamed in MySQL 8.4; each server reads the name that it knows.
            try session.execute("SET @master_heartbeat_period = \(heartbeat), @source_heartbeat_period = \(heartbeat)")
            try SourceLog(session, profile, address: options.endpoint.address).check(position, context.positioning)
            let start = try start(session, context, profile, position)
            let identity = try ReplicaIdentity.choose(for: context.taskID, clashes: try TaskRecord.clashes(task: context.taskID, session), session, profile)
            try session.execute("SET @slave_uuid = '\(identity.uuid)', @replica_uuid = '\(identity.uuid)'")
            try session.register(asReplica: identity.number, host: identity.host)
            return try BinlogStream(session, serverID: identity.number, from: start)
        }
    }

    private static func start(
        _ session: Session, _ context: TaskContext, _ profile: ServerProfile, _ position: BinlogPosition
    ) throws -> BinlogStream.Start {
        if context.positioning == .gtid, let gtid = position.gtid {
            if profile.isMariaDB {
                guard MariaDBGTIDPosition(gtid) != nil else { throw unreadable(gtid) }
                // Announces a replica that understands GTID events (MARIA_SLAVE_CAPABILITY_GTID).
                try session.execute("SET @mariadb_slave_capability = 4")
                try session.execute("SET @slave_connect_state = \(quoteText(gtid)), @slave_gtid_strict_mode = 0, @slave_gtid_ignore_duplicates = 0")
                return .slaveConnectState
            }
            guard let set = GTIDSet(gtid) else { throw unreadable(gtid) }
            return .gtidSet(encoded: set.encoded())
        }
        if profile.isMariaDB { try session.execute("SET @mariadb_slave_capability = 4") }
        guard let file = position.file, let offset = position.offset else {
            throw Failure(
                .metadataMissing, "the checkpoint has no position that this source can be asked for",
                remedy: Failure.startOver, kind: .permanent)
        }
        // COM_BINLOG_DUMP has 32 bits for the offset.
        guard offset <= UInt64(UInt32.max) else {
            throw Failure(
                .unsupported, "the checkpoint lies \(offset) bytes into \(file), and a replica can ask for 4 GiB at most without GTIDs",
                remedy: "switch GTIDs on at the source, then \(Failure.startOver)", kind: .permanent)
        }
        return .file(file, offset: offset)
    }

    private static func unreadable(_ gtid: String) -> Failure {
        Failure(
            .metadataMissing, "the checkpoint's GTID position '\(gtid)' cannot be read", remedy: Failure.startOver,
            kind: .permanent)
    }
}
