import SyncModel
import SyncMySQL
import WorkerCheckpoint
import WorkerSchema

/// Copies a table without a key: as a whole, in one target transaction, from one snapshot whose place in the source's
/// binlog is known exactly. A row that the log repeats could not be recognised, so the log concerns this table only from
/// that place on.
struct KeylessCopy {
    /// Rows between two looks at the request to stop.
    private static let rowsBetweenLooks = 500

    private let context: TaskContext
    private let plan: CopyPlan
    private let lane: Int
    private let state: LoadState
    private let board: LoadBoard

    init(_ context: TaskContext, plan: CopyPlan, lane: Int, state: LoadState, board: LoadBoard) {
        self.context = context
        self.plan = plan
        self.lane = lane
        self.state = state
        self.board = board
    }

    /// - Throws: ``ChunkTrouble`` when it should be tried again; `target-exists` when the target's table holds rows.
    func run(_ target: Session) throws {
        try checkEmpty(target)
        let snapshot = try TableSnapshot(of: plan.source, context)
        let session = snapshot.session
        var writer = RowWriter(plan, context: context)
        var reported: UInt64 = 0
        var sinceLook = 0
        do {
            try context.control.watching(session.interruption, waitsForSource: true) {
                try context.inTransaction(target, lane: lane, "copying rows of table \(plan.source)") {
                    try context.read(
                        session,
                        "\(plan.select(.source)) FROM \(plan.source.quoted)\(plan.condition.map { " WHERE \($0)" } ?? "")",
                        "reading table \(plan.source)"
                    ) { row in
                        do {
                            try writer.add(row, to: target)
                            sinceLook += 1
                            guard sinceLook >= Self.rowsBetweenLooks else { return }
                            sinceLook = 0
                            try context.control.checkStop()
                            try board.checkFailure()
                            board.copied(rows: writer.written - reported)
                            reported = writer.written
                        } catch {
                            // Nobody wants the rest of the rows.
                            session.interruption.interrupt()
                            throw error
                        }
                    }
                    try writer.finish(to: target)
                    try context.write("writing the load state") {
                        for statement in state.doneStatements(
                            plan.source,
                            rows: writer.written,
                            start: snapshot.position
                        ) {
                            try target.execute(statement)
                        }
                    }
                }
            }
        } catch {
            board.takeBack(rows: reported)
            try context.control.checkStop()
            throw error
        }
        board.copied(rows: writer.written - reported)
    }

    private func checkEmpty(_ target: Session) throws {
        let row = try context.attempt(.target, "reading table \(plan.target)") {
            try target.value("SELECT 1 FROM \(plan.target.quoted) LIMIT 1")
        }
        guard row == nil else {
            throw Failure(
                .targetExists,
                "table \(plan.target) of the target holds rows, and without a key it cannot be told which of the source's rows it has",
                remedy:
                    "empty the target's table, add a primary key on both sides, or take it out of the task's objects"
            )
        }
    }
}

/// A session that sees one table as it was at an exact place in the source's binlog.
///
/// MariaDB tells the place of a snapshot. On MySQL the table is locked against writes for the moment between the snapshot
/// and the reading of the position; a writer waits a second for that at most.
private struct TableSnapshot {
    private static let lockAttempts = 60
    private static let pauseBetweenAttempts = Duration.seconds(2)

    let session: Session
    let position: BinlogPosition

    /// - Throws: `binlog-disabled`; `lock-timeout` when other transactions keep the table from being locked.
    init(of table: TableName, _ context: TaskContext) throws {
        guard context.sourceProfile.hasBinlog else {
            throw Failure(
                .binlogDisabled,
                "the source has no binary log",
                remedy: "set log_bin in the source's my.cnf and restart it"
            )
        }
        session = try context.openSource()
        position =
            context.sourceProfile.isMariaDB
            ? try Self.readPlace(session, context) : try Self.lockBriefly(table, session, context)
    }

    private static func open(_ session: Session) throws(MySQLError) {
        try session.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        try session.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT")
    }

    private static func readPlace(_ session: Session, _ context: TaskContext) throws -> BinlogPosition {
        let found = try context.attempt(.source, "taking a snapshot") {
            try open(session)
            return try session.rows("SHOW SESSION STATUS LIKE 'binlog_snapshot_%'")
        }
        let values = Dictionary(
            found.map { ($0[0]?.lowercased() ?? "", $0[1]) },
            uniquingKeysWith: { first, _ in first }
        )
        guard let file = values["binlog_snapshot_file"] ?? nil, !file.isEmpty,
            let offset = (values["binlog_snapshot_position"] ?? nil).flatMap({ UInt64($0) })
        else {
            throw Failure(
                .binlogDisabled,
                "the source does not tell the binlog position of a snapshot",
                remedy: "set log_bin in the source's my.cnf and restart it"
            )
        }
        return BinlogPosition(file: file, offset: offset)
    }

    private static func lockBriefly(_ table: TableName, _ session: Session, _ context: TaskContext) throws
        -> BinlogPosition
    {
        let locker = try context.openSource()
        try context.attempt(.source, "locking table \(table)") {
            // While the lock is waited for, new writers wait too.
            try locker.execute("SET SESSION lock_wait_timeout = 1")
        }
        var attempt = 0
        while true {
            try context.control.checkStop()
            do {
                try locker.execute("LOCK TABLES \(table.quoted) READ")
                break
            } catch {
                attempt += 1
                guard error.isLockFailure, attempt < lockAttempts else {
                    throw error.failure(
                        role: "source",
                        address: context.source.endpoint.address,
                        doing: "locking table \(table)"
                    )
                }
                pause(pauseBetweenAttempts)
            }
        }
        return try context.attempt(.source, "taking a snapshot of table \(table)") {
            defer { _ = try? locker.execute("UNLOCK TABLES") }
            try open(session)
            let position = try currentBinlogPosition(session, context.sourceProfile)
            return BinlogPosition(file: position.file, offset: position.offset)
        }
    }
}
