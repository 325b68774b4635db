package import SyncModel
package import SyncMySQL
import WorkerBinlog
package import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// Whether the target has executed a definition statement of ours, told by the target's own log.
///
/// A statement and its place in the log become durable together, and a connection that was opened for one statement logs
/// nothing else: so the log is exact where definitions look the same before and after.
package struct StatementTrace: Sendable {
    private let context: TaskContext

    package init(_ context: TaskContext) { self.context = context }

    /// The target's present place.
    ///
    /// - Returns: nil when the target keeps no log, or may not be asked for it.
    package func start(_ session: Session) throws -> BinlogPosition? {
        try context.attempt(.target, "reading its position") { try position(session) }
    }

    /// Whether the statement's connection, which must have ended, has executed it.
    ///
    /// - Returns: nil when the log cannot tell: it is another server's, may not be read, or does not hold everything.
    package func holds(_ note: StatementRecord, _ session: Session) throws -> Bool? {
        guard let start = note.targetStart, note.targetServer == context.targetProfile.server else { return nil }
        let (end, isFiltered) = try context.attempt(.target, "reading its position") {
            (try position(session), try Self.isFiltered(session, context.targetProfile))
        }
        guard let end else { return nil }
        do {
            if try finds(note.connection, from: start, to: end) { return true }
            return isFiltered ? nil : false
        } catch let failure as Failure where Self.unreadable.contains(failure.code) {
            return nil
        }
    }

    /// What tells that the log is there for others only, or not there any more.
    private static let unreadable: Set<FailureCode> = [.privilegeMissing, .accessDenied, .binlogPurged, .sourceBehind, .unsupported]

    private func position(_ session: Session) throws(MySQLError) -> BinlogPosition? {
        do {
            return try currentBinlogPosition(session, context.targetProfile)
        } catch {
            guard error.code == .specificAccessDenied || error.code == .noBinlog else { throw error }
            return nil
        }
    }

    /// Whether statements of some databases are kept out of the log.
    private static func isFiltered(_ session: Session, _ profile: ServerProfile) throws(MySQLError) -> Bool {
        let row = try session.rows(binlogStatusStatement(profile)).first ?? []
        return row.dropFirst(2).prefix(2).contains { $0?.isEmpty == false }
    }

    private func finds(_ connection: UInt64, from start: BinlogPosition, to end: BinlogPosition) throws -> Bool {
        var isFound = false
        try LogScan(context.reversed(as: "trace", context.control)).read(from: start, to: end) { event, _, place in
            switch event {
            // Connections are numbered anew from here on.
            case .formatDescription(let format) where format.beginsServer && place.file != start.file: return false
            case .query(let query):
                // One that begins with a comment of its version may look like something else.
                isFound = query.mayBeDefinition && query.tookEffect && query.threadID == UInt32(truncatingIfNeeded: connection)
                return !isFound
            default: return true
            }
        }
        return isFound
    }
}
