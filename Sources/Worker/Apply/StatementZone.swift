import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema
import WorkerSource

/// The time zone of a statement's author, where the statement depends on it: a TIMESTAMP's literal default, DATETIME made TIMESTAMP, the time of
/// the statement.
///
/// The log gives its name. `SYSTEM` is another zone on another host, and zones with names come from tables that a server may lack or have of
/// another year.
struct StatementZone {
    private let context: TaskContext

    init(_ context: TaskContext) { self.context = context }

    /// - Returns: what means the same on the target; nil: the statement does not depend on it.
    /// - Throws: ``Failure`` `ddl-unsupported` when the target has no such zone.
    func words(for change: DefinitionChange) throws -> String? {
        guard let zone = change.session.timeZone, !zone.hasPrefix("+"), !zone.hasPrefix("-") else { return change.session.timeZone }
        let there = try context.attempt(.source, "reading its time zone") { try ZoneOffsets(try Session(context.source), of: zone) }
        let here = try context.attempt(.target, "reading its time zone") { try offsets(of: zone, try Session(context.target)) }
        if here == there { return zone }
        if let fixed = there.fixed { return fixed }
        throw Failure(
            .ddlUnsupported,
            "the statement at \(change.place) depends on its session's time zone, '\(zone)', which is \(here == nil ? "not known" : "another one") on the "
                + "target: \(change.statement.text.prefix(500))",
            remedy: "give the target the time zone (its tables by mysql_tzinfo_to_sql; SYSTEM is that of its host) and retry the task; or give a "
                + "statement that does not depend on it with 'task replace-statement'",
            statement: change.id.description)
    }

    /// nil: no such zone.
    private func offsets(of zone: String, _ session: Session) throws(MySQLError) -> ZoneOffsets? {
        do {
            return try ZoneOffsets(session, of: zone)
        } catch {
            guard error.code == .unknownTimeZone else { throw error }
            return nil
        }
    }
}
