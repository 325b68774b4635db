import SyncModel
package import SyncMySQL
import WorkerSchema

/// `__dts__.arrival` on the target: how far the changes of other servers have come there by a task that passes them on, in
/// the same transaction as the changes. So a task that brings them from where they were born can go on exactly there, once
/// the one that passed them on has given them up: no change comes twice, none is left out.
///
/// A row without a feeder is what both wait for while one of them decides.
package enum ArrivalTable {
    private static let table = "`\(metadataDatabase)`.arrival"

    private static func place(_ task: String, _ origin: String) -> String { "task = \(quoteText(task)) AND origin = \(quoteText(origin))" }

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
        try session.rows("SELECT handed FROM \(table) WHERE \(place(task, origin)) FOR UPDATE").contains { $0[0] == "1" }
    }

    /// The task does not pass on what was born on this server, in the open transaction.
    package static func giveUp(_ origin: String, by task: String, to other: String = "", _ session: Session) throws(MySQLError) {
        try session.execute(
            """
            INSERT INTO \(table) (task, origin, feeder, handed, handed_to)
            VALUES (\(quoteText(task)), \(quoteText(origin)), '', 1, \(quoteText(other)))
            ON DUPLICATE KEY UPDATE handed = 1, handed_to = VALUES(handed_to)
            """)
    }

    /// Whether anything that was born on this server has come by the task.
    package static func hasPassedOn(_ origin: String, by task: String, _ session: Session) throws(MySQLError) -> Bool {
        try session.value("SELECT 1 FROM \(table) WHERE \(place(task, origin)) AND file IS NOT NULL LIMIT 1") != nil
    }

    /// How far what was born on a server has come by a task, for one that wants to go on there.
    package enum Way: Sendable, Hashable {
        /// Nothing is known yet.
        case unknown
        case open(Arrival)
        /// The task has given it up, to this one.
        case givenUp(to: String)
    }

    /// Reads how far it has come; nobody else decides until the transaction ends.
    ///
    /// - Parameter via: the task by which the changes come to the source of `task`.
    package static func look(_ origin: String, by task: String, via feeder: String, _ session: Session) throws(MySQLError) -> Way {
        try session.execute(
            "INSERT IGNORE INTO \(table) (task, origin, feeder) VALUES (\(quoteText(task)), \(quoteText(origin)), '')")
        let rows = try session.rows(
            "SELECT feeder, server, gtid, file, file_offset, handed, handed_to FROM \(table) WHERE \(place(task, origin)) FOR UPDATE")
        if let given = rows.first(where: { $0[5] == "1" }) { return .givenUp(to: given[6] ?? "") }
        guard let row = rows.first(where: { $0[0] == feeder }), row[3] != nil else { return .unknown }
        return .open(
            Arrival(
                origin: origin, feeder: feeder, server: row[1] ?? "",
                position: BinlogPosition(gtid: row[2], file: row[3], offset: row[4].flatMap { UInt64($0) })))
    }
}
