package import SyncModel
package import SyncMySQL
import WorkerSchema

/// A task's rows in `__dts__.progress`: the checkpoint, the origin mark and the fence in one.
///
/// Lane 0 holds the checkpoint; further lanes belong to loaders, so that they do not wait for each other's marker.
package struct CheckpointStore: Sendable {
    package let task: String
    /// Which run of the task this is. A worker of an earlier run finds no row with its epoch and cannot commit.
    package let epoch: UInt64

    /// The daemon that this run belongs to; nil: not known.
    private let daemon: DaemonIdentity?

    private static let table = "`\(metadataDatabase)`.progress"

    /// For a run that has taken its epoch already.
    package init(task: String, epoch: UInt64) {
        self.task = task
        self.epoch = epoch
        daemon = nil
    }

    /// Reads a task's checkpoint; nil when it has none.
    package static func read(task: String, _ session: Session) throws -> Checkpoint? {
        guard
            let row = try session.rows(
                """
                SELECT stage, source_uuid, gtid, file, file_offset, window_file, window_offset, transactions, inserts, updates,
                    deletes, ddl, looped, insert_exists, update_differs, update_missing, delete_differs, delete_missing,
                    unique_violation, prepared, source_server, epoch, known_file, known_offset, known_server, joining, ddl_not_carried
                FROM \(table) WHERE task = \(quoteText(task)) AND lane = 0
                """
            ).first
        else { return nil }
        func number(_ column: Int) -> UInt64 { row[column].flatMap { UInt64($0) } ?? 0 }
        var conflicts = ConflictCounts()
        conflicts.insertExists = number(13)
        conflicts.updateDiffers = number(14)
        conflicts.updateMissing = number(15)
        conflicts.deleteDiffers = number(16)
        conflicts.deleteMissing = number(17)
        conflicts.uniqueViolation = number(18)
        guard let prepared = PreparedTransactions(row[19] ?? "") else {
            throw unreadable("list of prepared transactions")
        }
        // What is damaged is neither the beginning of the task nor that of a file.
        guard let stage = Checkpoint.Stage(rawValue: row[0] ?? "") else { throw unreadable("stage") }
        guard numbers.allSatisfy({ column in row[column].map { UInt64($0) != nil } ?? true }) else { throw unreadable("numbers") }
        var checkpoint = Checkpoint(
            stage: stage, sourceUUID: row[1] ?? "", sourceServer: row[20] ?? "",
            position: BinlogPosition(gtid: row[2], file: row[3], offset: row[4].flatMap { UInt64($0) }),
            window: row[5].map { BinlogPosition(file: $0, offset: number(6)) },
            counts: Counts(
                transactions: number(7), inserts: number(8), updates: number(9), deletes: number(10), ddl: number(11),
                loopedTransactionsSkipped: number(12), ddlNotCarried: number(26)),
            conflicts: conflicts)
        checkpoint.prepared = prepared
        checkpoint.epoch = number(21)
        checkpoint.known = row[22].map { BinlogPosition(file: $0, offset: number(23)) }
        checkpoint.knownServer = row[24] ?? ""
        checkpoint.isJoining = number(25) != 0
        return checkpoint
    }

    /// Columns of the row that hold one.
    private static let numbers = [4] + Array(6...18) + [21, 23, 25, 26]

    private static func unreadable(_ part: String) -> Failure {
        Failure(.metadataMissing, "the checkpoint's \(part) cannot be read", remedy: Failure.startOver, kind: .permanent)
    }

    /// How far all tasks that have this server for their target are, where the server has all up to there and nothing else,
    /// and what they have noted of further servers.
    package static func arrivals(_ session: Session) throws(MySQLError) -> [Arrival] {
        guard try MetadataTables.hasColumn("handed_to", of: "arrival", session) else { return [] }
        let own = try session.rows(
            """
            SELECT task, source_uuid, source_server, gtid, file, file_offset FROM \(table)
            WHERE lane = 0 AND file IS NOT NULL AND stage = 'incremental' AND window_file IS NULL AND prepared IS NULL AND joining = 0
            """)
        let further = try session.rows(
            "SELECT task, origin, server, gtid, file, file_offset FROM `\(metadataDatabase)`.arrival WHERE file IS NOT NULL AND handed = 0")
        return (own + further).compactMap { row in
            guard let task = row[0], let origin = row[1], !origin.isEmpty else { return nil }
            return Arrival(
                origin: origin, feeder: task, server: row[2] ?? "",
                position: BinlogPosition(gtid: row[3], file: row[4], offset: row[5].flatMap { UInt64($0) }))
        }
    }

    /// Notes where a task begins. A task that has a checkpoint already keeps it.
    package static func create(task: String, _ checkpoint: Checkpoint, _ session: Session) throws(MySQLError) {
        let position = checkpoint.position
        try session.execute(
            """
            INSERT IGNORE INTO \(table) (task, lane, origins, epoch, stage, source_uuid, source_server, gtid, file, file_offset,
                known_file, known_offset, known_server)
            VALUES (\(quoteText(task)), 0, '', 0, '\(checkpoint.stage.rawValue)', \(quoteText(checkpoint.sourceUUID)),
                \(quoteText(checkpoint.sourceServer)), \(literal(position.gtid)), \(literal(position.file)), \(literal(position.offset)),
                \(literal(checkpoint.known?.file)), \(literal(checkpoint.known?.offset)), \(quoteText(checkpoint.knownServer)))
            """)
    }

    /// Takes the next epoch: from now on no other worker of this task can commit.
    ///
    /// A stale worker may hold the row in an open transaction (stopped by SIGSTOP, say): its connection is killed.
    ///
    /// - Parameter daemon: the one that the worker belongs to.
    /// - Throws: ``Failure`` `fenced` when another daemon has taken the task over from this one.
    package init(taking task: String, for daemon: DaemonIdentity? = nil, _ session: Session) throws {
        let key = "task = \(quoteText(task))"
        for attempt in 0... {
            do {
                try session.execute("START TRANSACTION")
                let last = try session.value("SELECT MAX(epoch) FROM \(Self.table) WHERE \(key) FOR UPDATE")
                if let daemon, daemon.hasRun, let failure = try Self.takenOver(task, from: daemon, session) {
                    try session.execute("ROLLBACK")
                    throw failure
                }
                let next = (last.flatMap { UInt64($0) } ?? 0) + 1
                try session.execute(
                    """
                    UPDATE \(Self.table) SET epoch = \(next), batch = batch + 1, batch_transactions = 0, connection = 0,
                        daemon = \(quoteText(daemon?.id ?? "")), daemon_host = \(quoteText(String((daemon?.host ?? "").prefix(255)))),
                        daemon_folder = \(quoteText(Self.kept(daemon?.folder))), daemon_started = \(daemon?.startedAt ?? 0)
                    WHERE \(key)
                    """)
                try session.execute("COMMIT")
                self.task = task
                self.epoch = next
                self.daemon = daemon
                return
            } catch let error as MySQLError {
                guard error.isLockFailure, attempt < 3 else { throw error }
                try session.execute("ROLLBACK")
                // After a restart or a failover of the server the number may be somebody else's.
                let user = try session.ownUser()
                let open = Set(try session.connections().filter { $0.user == user }.map(\.id))
                for row in try session.rows("SELECT connection FROM \(Self.table) WHERE \(key)") {
                    guard let holder = row[0].flatMap({ UInt64($0) }), open.contains(holder) else { continue }
                    // It may have ended in the meantime.
                    _ = try? session.execute("KILL CONNECTION \(holder)")
                }
            }
        }
        throw MySQLError(code: .lockWaitTimeout, message: "the task's row in \(Self.table) stays locked")
    }

    /// Opens a lane: gives it a row with this epoch and notes which connection writes it.
    ///
    /// A lane that has no row yet would have nothing to be fenced by, so the checkpoint's row says whether this run is
    /// still the newest.
    ///
    /// - Throws: ``Failure`` `fenced` when another worker has taken the task over.
    package func open(lane: Int, _ session: Session) throws {
        try session.execute("START TRANSACTION")
        do {
            let newest = try session.value(
                "SELECT epoch FROM \(Self.table) WHERE task = \(quoteText(task)) AND lane = 0 FOR UPDATE")
            guard newest == "\(epoch)" else { throw try fenced(session) }
            try session.execute(
                """
                INSERT INTO \(Self.table) (task, lane, origins, epoch, connection)
                VALUES (\(quoteText(task)), \(lane), '', \(epoch), \(session.connectionID))
                ON DUPLICATE KEY UPDATE epoch = \(epoch), connection = \(session.connectionID), batch = batch + 1,
                    batch_transactions = 0
                """)
            try session.execute("COMMIT")
        } catch {
            // Fails only when the connection is gone, and the transaction with it.
            _ = try? session.execute("ROLLBACK")
            throw error
        }
    }

    /// Why this run has lost the task: to a newer worker of the same daemon, or to another daemon, which a person has to look at.
    private func fenced(_ session: Session) throws(MySQLError) -> Failure {
        if let daemon, let failure = try Self.takenOver(task, from: daemon, session) { return failure }
        return Failure(
            .fenced, "another worker has taken over this task (its row in \(metadataDatabase).progress has a later epoch)",
            remedy: "nothing: the newer worker goes on; if there is none, retry the task", kind: .transient)
    }

    /// As much of a path as is kept: its end, which tells folders apart.
    private static func kept(_ folder: String?) -> String { String((folder ?? "").suffix(512)) }

    /// - Returns: nil when no other daemon has. An earlier start of the same one is none: a target that was restored, or whose replica was
    ///   promoted before it had everything, may name it again.
    private static func takenOver(_ task: String, from daemon: DaemonIdentity, _ session: Session) throws(MySQLError) -> Failure? {
        let rows = try session.rows(
            """
            SELECT daemon, daemon_host, daemon_folder, daemon_started,
                DATE_ADD('1970-01-01', INTERVAL daemon_started DIV 1000000 SECOND)
            FROM \(table) WHERE task = \(quoteText(task)) AND lane = 0
            """)
        guard let row = rows.first, let id = row[0], !id.isEmpty, id != daemon.id else { return nil }
        let other = DaemonIdentity(
            id: id, host: row[1] ?? "", folder: row[2], startedAt: row[3].flatMap { UInt64($0) } ?? .max)
        var own = daemon
        (own.host, own.folder) = (String(daemon.host.prefix(255)), kept(daemon.folder))
        if own.isLaterStart(of: other) { return nil }
        return Failure(
            .fenced,
            "another dts-supervisor has taken over this task: the one on host '\(row[1] ?? "")', started \(row[4] ?? "?") UTC "
                + "(\(metadataDatabase).progress of the target); its data folder holds the same tasks",
            remedy: "let only one of the two go on: stop the other one, or its task; 'task retry' on the one that is to go on takes the task over, "
                + "and the task of the other then stops with this error")
    }

    /// First statement of a transaction on the target: origin mark and fence.
    ///
    /// - Parameters:
    ///   - transactions: source transactions that this one brings.
    ///   - origins: identities of the servers that the rows were born on or came through, comma separated.
    ///   - checkpoint: what the lane's row says from then on; nil for a loader's lane.
    package func markerStatement(lane: Int, transactions: UInt64, origins: String, checkpoint: Checkpoint?) -> String {
        var sql = "UPDATE \(Self.table) SET batch = batch + 1, batch_transactions = \(transactions), origins = \(quoteText(origins))"
        if let checkpoint {
            let counts = checkpoint.counts
            let conflicts = checkpoint.conflicts
            sql += """
                , stage = '\(checkpoint.stage.rawValue)', source_server = \(quoteText(checkpoint.sourceServer)), \
                gtid = \(literal(checkpoint.position.gtid)), \
                file = \(literal(checkpoint.position.file)), file_offset = \(literal(checkpoint.position.offset)), \
                window_file = \(literal(checkpoint.window?.file)), window_offset = \(literal(checkpoint.window?.offset)), \
                known_file = \(literal(checkpoint.known?.file)), known_offset = \(literal(checkpoint.known?.offset)), \
                known_server = \(quoteText(checkpoint.knownServer)), joining = \(checkpoint.isJoining ? 1 : 0), \
                transactions = \(counts.transactions), inserts = \(counts.inserts), updates = \(counts.updates), \
                deletes = \(counts.deletes), ddl = \(counts.ddl), looped = \(counts.loopedTransactionsSkipped), \
                ddl_not_carried = \(counts.ddlNotCarried ?? 0), \
                insert_exists = \(conflicts.insertExists), update_differs = \(conflicts.updateDiffers), \
                update_missing = \(conflicts.updateMissing), delete_differs = \(conflicts.deleteDiffers), \
                delete_missing = \(conflicts.deleteMissing), unique_violation = \(conflicts.uniqueViolation), \
                prepared = \(checkpoint.prepared.count == 0 ? "NULL" : quoteText(checkpoint.prepared.description))
                """
        }
        return sql + " WHERE task = \(quoteText(task)) AND lane = \(lane) AND epoch = \(epoch)"
    }

    /// Executes a marker; the transaction must already be open.
    ///
    /// - Throws: ``Failure`` `fenced` when another worker has taken the task over.
    package func mark(
        _ session: Session, lane: Int, transactions: UInt64, origins: String, checkpoint: Checkpoint?
    ) throws {
        let found = try session.execute(
            markerStatement(lane: lane, transactions: transactions, origins: origins, checkpoint: checkpoint))
        guard found == 1 else { throw try fenced(session) }
    }
}
