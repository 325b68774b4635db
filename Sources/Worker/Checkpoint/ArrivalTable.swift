import SyncModel
package import SyncMySQL
import WorkerSchema

/// `__dts__.arrival` on the target: how far the changes of other servers have come there by a task that passes them on, in
/// the same transaction as the changes. So a task that brings them from where they were born can go on exactly there, once
/// the one that passed them on has given them up: no change comes twice, none is left out.
package enum ArrivalTable {
    private static let table = "`\(metadataDatabase)`.arrival"

    /// Notes how far they have come, in the open transaction.
    package static func note(_ arrivals: some Sequence<Arrival>, task: String, _ session: Session) throws(MySQLError) {
        for arrival in arrivals {
            let position = arrival.position
            let columns = "\(literal(position.gtid)), \(literal(position.file)), \(literal(position.offset))"
            try session.execute(
                """
                INSERT INTO \(table) (task, origin, feeder, server, gtid, file, file_offset)
                VALUES (\(quoteText(task)), \(quoteText(arrival.origin)), \(quoteText(arrival.feeder)), \(quoteText(arrival.server)), \(columns))
                ON DUPLICATE KEY UPDATE server = VALUES(server), gtid = VALUES(gtid), file = VALUES(file), file_offset = VALUES(file_offset)
                """)
        }
    }

    /// Whether the task has given up what was born on this server. Its rows stay as they are until the transaction ends.
    package static func isGivenUp(_ origin: String, by task: String, _ session: Session) throws(MySQLError) -> Bool {
        try session.rows("SELECT handed FROM \(table) WHERE task = \(quoteText(task)) AND origin = \(quoteText(origin)) FOR UPDATE")
            .contains { $0[0] == "1" }
    }

    /// The task does not pass on what was born on this server, from its beginning.
    package static func giveUp(_ origin: String, by task: String, _ session: Session) throws(MySQLError) {
        try session.execute(
            """
            INSERT INTO \(table) (task, origin, feeder, handed) VALUES (\(quoteText(task)), \(quoteText(origin)), '', 1)
            ON DUPLICATE KEY UPDATE handed = 1
            """)
    }

    /// Ends a task's passing on of what was born on this server, in the open transaction.
    ///
    /// - Returns: how far it has come; nil when it had been ended before.
    /// - Throws: `route-not-ready` (transient) when nothing is known of it yet; `route-ambiguous` when it has come by several
    ///   tasks and not equally far.
    package static func takeOver(_ origin: String, from task: String, _ session: Session) throws -> Arrival? {
        let rows = try session.rows(
            """
            SELECT feeder, server, gtid, file, file_offset, handed FROM \(table)
            WHERE task = \(quoteText(task)) AND origin = \(quoteText(origin)) FOR UPDATE
            """)
        if rows.contains(where: { $0[5] == "1" }) { return nil }
        let arrivals = rows.map { row in
            Arrival(
                origin: origin, feeder: row[0] ?? "", server: row[1] ?? "",
                position: BinlogPosition(gtid: row[2], file: row[3], offset: row[4].flatMap { UInt64($0) }))
        }
        guard let arrival = arrivals.first else {
            throw Failure(
                .routeNotReady, "task \(task) passes on what \(origin) writes, and nothing of it has come by yet",
                remedy: "wait until that task has caught up; the start is tried again", kind: .transient)
        }
        guard arrivals.allSatisfy({ $0.server == arrival.server && $0.position == arrival.position }) else {
            throw Failure(
                .routeAmbiguous, "what \(origin) writes has come by \(arrivals.count) tasks, and not equally far",
                remedy: "pause the writers of that server until all tasks have caught up, then start the task", kind: .needsOperator)
        }
        try session.execute("UPDATE \(table) SET handed = 1 WHERE task = \(quoteText(task)) AND origin = \(quoteText(origin))")
        return arrival
    }
}
