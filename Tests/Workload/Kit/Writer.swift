import SyncMySQL

/// One connection that writes until it is told to end, through restarts of its server, and knows what it has committed.
///
/// Its row in `writers` counts: each transaction raises the count, so after a lost connection the count tells whether
/// the transaction that was being committed has made it.
struct Writer {
    /// New keys of writers begin here, and each has a range of this size to itself.
    private static let keyRange: UInt64 = 50_000_000
    /// Seconds that a server may take to come back.
    private static let patience = 180.0

    private let address: ServerAddress
    private let plan: Writers.Plan
    private let thread: Int
    private let control: WriterControl
    private var session: Session?
    private var maker: TransactionMaker
    private var committed: UInt64 = 0
    /// nil: the outcome of the last commit is not known, or nothing was read yet.
    private var lastKnown: UInt64?

    init(_ address: ServerAddress, _ plan: Writers.Plan, thread: Int, control: WriterControl) {
        self.address = address
        self.plan = plan
        self.thread = thread
        self.control = control
        maker = Self.maker(plan, thread: thread, nextKey: Self.firstKey(plan, thread))
    }

    /// Writes until the control says to stop.
    /// - Throws: an error that trying again does not heal.
    mutating func run() throws {
        while !control.isStopping {
            if session == nil { try reconnect() }
            do {
                try writeOnce()
            } catch let error as MySQLError where error.isOfConnection {
                session = nil
                control.count { $0.reconnects += 1 }
            }
        }
        // The last commit's outcome may be open.
        if lastKnown == nil { try reconnect() }
    }

    /// Returns with a session, or without one when the writers were told to give up.
    private mutating func reconnect() throws {
        let deadline = monotonicSeconds() + Self.patience
        while session == nil, !control.isAbandoned {
            do {
                try connect()
            } catch let error as MySQLError where (error.isOfConnection || error.isLockFailure) && monotonicSeconds() < deadline {
                control.wait()
            }
        }
    }

    private mutating func writeOnce() throws {
        guard let session else { return }
        let transaction = maker.next()
        do {
            try run(transaction, session)
        } catch let error as MySQLError where error.isWorthRetrying {
            try session.execute("ROLLBACK")
            lastKnown = committed
            control.count { $0.retried += 1 }
        }
        control.throttle()
    }

    private mutating func run(_ transaction: WriterTransaction, _ session: Session) throws {
        try session.execute("START TRANSACTION")
        // First, so that a later reader of this row waits until the transaction has ended.
        try session.execute(
            """
            INSERT INTO writers VALUES ('\(plan.side.rawValue)', \(thread), 1, \(maker.nextKey))
            ON DUPLICATE KEY UPDATE committed = committed + 1, next_key = VALUES(next_key)
            """)
        var rows = RowCount()
        for statement in transaction.statements { rows.add(try session.execute(statement), of: statement) }
        if transaction.isRolledBack {
            try session.execute("ROLLBACK")
            control.count { $0.rolledBack += 1 }
            return
        }
        control.pending(thread, rows)
        lastKnown = nil
        try session.execute("COMMIT")
        committed += 1
        lastKnown = committed
        control.commit(thread)
    }

    /// Connects, and settles what became of the transaction that was under way when the connection was lost.
    private mutating func connect() throws {
        let session = try address.connect(readTimeout: 60)
        try session.execute("USE \(Literal.name(plan.database))")
        try session.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES', innodb_lock_wait_timeout = 5")
        let mine = "side = '\(plan.side.rawValue)' AND thread = \(thread)"
        try session.execute("START TRANSACTION")
        // Waits for the lost session, if the server still has it, to commit or roll back.
        let row = try session.rows("SELECT committed, next_key FROM writers WHERE \(mine) FOR UPDATE").first ?? []
        try session.execute("COMMIT")
        let found = row.first.flatMap { $0 }.flatMap { UInt64($0) } ?? 0
        let nextKey = row.last.flatMap { $0 }.flatMap { UInt64($0) } ?? Self.firstKey(plan, thread)
        if control.isFirst(thread) {
            maker = Self.maker(plan, thread: thread, nextKey: nextKey)
        } else if found == committed + 1, lastKnown == nil {
            control.commit(thread)
        } else if found != committed {
            throw LostCommit(side: plan.side, thread: thread, expected: committed, found: found)
        }
        committed = found
        lastKnown = found
        self.session = session
    }

    private static func firstKey(_ plan: Writers.Plan, _ thread: Int) -> UInt64 {
        keyRange * UInt64(thread + 1) + plan.side.parity
    }

    private static func maker(_ plan: Writers.Plan, thread: Int, nextKey: UInt64) -> TransactionMaker {
        // Another run of the same seed goes on from other keys; it need not do the same again.
        let random = SeededRandom(seed: plan.seed &+ UInt64(thread) &* 7919 &+ plan.side.parity &* 104_729 &+ nextKey)
        return TransactionMaker(
            side: plan.side, oldKeys: plan.oldKeys, nextKey: nextKey, writesKeyless: plan.writesKeyless, random: random)
    }
}

/// The server has fewer, or more, transactions of a writer than it told it.
struct LostCommit: Error, CustomStringConvertible {
    var side: Side
    var thread: Int
    var expected: UInt64
    var found: UInt64

    var description: String {
        "writer \(thread) of side \(side.rawValue) has committed \(expected) transactions, its server holds \(found)"
    }
}

extension MySQLError {
    /// The same work, or other work, will pass: locks, and references to rows that another writer has just removed.
    fileprivate var isWorthRetrying: Bool {
        isLockFailure || isDuplicateKey || [1451, 1452].contains(code.rawValue)
    }

    /// The connection is gone or about to go, or the server is on its way down or up.
    fileprivate var isOfConnection: Bool {
        isPassing
    }
}
