/// Where a task is in its life. Contract, section 4.
package enum TaskState: String, Sendable, Hashable, Codable, CaseIterable {
    case created, configured, verifying, verified
    case verifyFailed = "verify-failed"
    case scheduled, running, pausing, paused, retrying, failed, stopping, stopped
}

/// What a running task is doing.
package enum TaskPhase: String, Sendable, Hashable, Codable, CaseIterable {
    case structure, data, incremental
}

/// What happened so far, cumulative over the task's whole life (kept with the checkpoint, exact across crashes).
package struct Counts: Sendable, Hashable, Codable {
    /// Source transactions that took effect on the target.
    package var transactions: UInt64
    package var inserts: UInt64
    package var updates: UInt64
    package var deletes: UInt64
    package var ddl: UInt64
    /// Source transactions of the reverse task that were recognised by their origin mark and dropped.
    package var loopedTransactionsSkipped: UInt64
    /// Definition statements on synced objects that the task was not told to carry over; nil when the worker does not count them.
    package var ddlNotCarried: UInt64?

    package init(
        transactions: UInt64 = 0, inserts: UInt64 = 0, updates: UInt64 = 0, deletes: UInt64 = 0, ddl: UInt64 = 0,
        loopedTransactionsSkipped: UInt64 = 0, ddlNotCarried: UInt64? = nil
    ) {
        self.transactions = transactions
        self.inserts = inserts
        self.updates = updates
        self.deletes = deletes
        self.ddl = ddl
        self.loopedTransactionsSkipped = loopedTransactionsSkipped
        self.ddlNotCarried = ddlNotCarried
    }
}

/// Progress of the data initialization.
package struct LoadProgress: Sendable, Hashable, Codable {
    package var tablesDone: Int
    package var tablesTotal: Int
    package var rowsDone: UInt64
    /// From the server's statistics; only an estimate.
    package var rowsTotalEstimate: UInt64

    package init(tablesDone: Int = 0, tablesTotal: Int = 0, rowsDone: UInt64 = 0, rowsTotalEstimate: UInt64 = 0) {
        self.tablesDone = tablesDone
        self.tablesTotal = tablesTotal
        self.rowsDone = rowsDone
        self.rowsTotalEstimate = rowsTotalEstimate
    }
}

/// A place in a server's binlog, in each of the ways in which that server names it.
package struct BinlogPosition: Sendable, Hashable, Codable {
    /// GTID set of MySQL (`uuid:1-5,…`) or GTID position of MariaDB (`0-1-100,…`); nil where the server has no GTIDs.
    package var gtid: String?
    package var file: String?
    /// Bytes from the start of `file`, 64 bits (the event header holds only 32).
    package var offset: UInt64?

    package init(gtid: String? = nil, file: String? = nil, offset: UInt64? = nil) {
        self.gtid = gtid
        self.file = file
        self.offset = offset
    }
}

/// What a worker found out about a server.
package struct ServerFacts: Sendable, Hashable, Codable {
    package var type: String
    package var host: String
    package var port: Int
    /// Version string of the server, e.g. `9.7.4` or `10.11.19-MariaDB`.
    package var server: String
    /// Identity that survives a change of address.
    package var serverUUID: String
    /// Identity of the group of servers that take over from one another; what changes are marked with that were born here.
    /// nil as long as no task has begun on the server.
    package var identity: String?
    /// Seconds after which the server purges its binlog; nil: never, or not known.
    package var binlogRetentionSeconds: UInt64?
    /// Whether it was reached with TLS; nil: not known.
    package var encrypted: Bool?

    package init(
        type: String, host: String, port: Int, server: String, serverUUID: String, identity: String? = nil, binlogRetentionSeconds: UInt64? = nil,
        encrypted: Bool? = nil
    ) {
        self.encrypted = encrypted
        self.identity = identity
        self.binlogRetentionSeconds = binlogRetentionSeconds
        self.type = type
        self.host = host
        self.port = port
        self.server = server
        self.serverUUID = serverUUID
    }

    // The codecs turn keys into snake case and back; "UUID" would not survive the way back.
    private enum CodingKeys: String, CodingKey {
        case type, host, port, server
        case serverUUID = "serverUuid"
        case identity, binlogRetentionSeconds, encrypted
    }
}
