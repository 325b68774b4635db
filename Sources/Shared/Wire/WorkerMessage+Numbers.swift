import SyncModel

extension WorkerMessage {
    /// The first of its numbers that is greater than what the protocol allows, with the name of its field. Within these bounds
    /// sums and products of a few of them fit 64 bits, and every language can tell them apart.
    var numberOutOfRange: MessageProblem? {
        numbers.first { $0.value > $0.limit }.map { number in
            MessageProblem(
                type: type, field: number.field, found: "\(number.value)", allowed: "a whole number, 0 to \(number.limit)")
        }
    }

    private typealias Number = (field: String, value: UInt64, limit: UInt64)

    /// The word of this message on the wire.
    package var type: String {
        switch self {
        case .hello: "hello"
        case .answer: "answer"
        case .ready: "ready"
        case .phase: "phase"
        case .progress: "progress"
        case .conflict: "conflict"
        case .ddlNotCarried: "ddl-not-carried"
        case .checkItem: "check-item"
        case .error: "error"
        case .done: "done"
        case .unknown(let type): type
        }
    }

    private var numbers: [Number] {
        switch self {
        case .hello(let hello): [Self.number("min_version", hello.minVersion), Self.number("max_version", hello.maxVersion)]
        case .answer(let answer):
            [
                Self.number("id", answer.id), Self.number("unresolved_conflicts", answer.unresolvedConflicts ?? 0),
                Self.number("lag_ms", answer.lagMs ?? 0), Self.number("backlog_bytes", answer.backlogBytes ?? 0),
            ]
                + Self.numbers("counts", answer.counts ?? Counts()) + Self.numbers("position", answer.position)
                + Self.numbers("source", answer.source) + Self.numbers("target", answer.target)
        case .ready(let source, let target): Self.numbers("source", source) + Self.numbers("target", target)
        case .progress(let progress): Self.numbers(progress)
        case .conflict(let record):
            [Self.number("record.sequence", record.sequence), Self.number("record.at", record.at)] + Self.numbers("record.position", record.position)
        case .ddlNotCarried(let statement): [Self.number("statement.sequence", statement.sequence), Self.number("statement.at", statement.at)]
        case .phase, .checkItem, .error, .done, .unknown: []
        }
    }

    private static func numbers(_ progress: Progress) -> [Number] {
        let own = [
            number("lag_ms", progress.lagMs ?? 0), number("backlog_bytes", progress.backlogBytes),
            number("unresolved_conflicts", progress.unresolvedConflicts ?? 0), number("rss_bytes", progress.rssBytes),
            number("active_at", progress.activeAt), number("bytes_read", progress.bytesRead ?? 0),
            number("transaction_bytes", progress.transactionBytes ?? 0),
            number("load.tables_done", progress.load.tablesDone), number("load.tables_total", progress.load.tablesTotal),
            number("load.rows_done", progress.load.rowsDone), number("load.rows_total_estimate", progress.load.rowsTotalEstimate),
        ]
        let conflicts = progress.conflicts
        let classes = [
            ("insert_exists", conflicts.insertExists), ("update_differs", conflicts.updateDiffers), ("update_missing", conflicts.updateMissing),
            ("delete_differs", conflicts.deleteDiffers), ("delete_missing", conflicts.deleteMissing), ("unique_violation", conflicts.uniqueViolation),
        ]
        return own + numbers("counts", progress.counts) + numbers("position", progress.position) + classes.map { number("conflicts.\($0.0)", $0.1) }
    }

    private static func numbers(_ field: String, _ counts: Counts) -> [Number] {
        [
            ("transactions", counts.transactions), ("inserts", counts.inserts), ("updates", counts.updates), ("deletes", counts.deletes),
            ("ddl", counts.ddl), ("looped_transactions_skipped", counts.loopedTransactionsSkipped),
            ("ddl_not_carried", counts.ddlNotCarried ?? 0),
        ].map { number("\(field).\($0.0)", $0.1) }
    }

    private static func numbers(_ field: String, _ position: BinlogPosition?) -> [Number] {
        [number("\(field).offset", position?.offset ?? 0)]
    }

    private static func numbers(_ field: String, _ facts: ServerFacts?) -> [Number] {
        guard let facts else { return [] }
        return [("\(field).port", UInt64(bitPattern: Int64(facts.port)), 65535), number("\(field).binlog_retention_seconds", facts.binlogRetentionSeconds ?? 0)]
    }

    private static func number(_ field: String, _ value: UInt64) -> Number { (field, value, MessageProblem.greatest) }

    /// A negative one is out of range as well.
    private static func number(_ field: String, _ value: Int) -> Number { number(field, UInt64(bitPattern: Int64(value))) }
}
