import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerCheckpoint
import WorkerDDL
import WorkerSchema

/// What the source says of its tables now, and whether that is what they were at a place in its log.
///
/// Used on one thread.
final class SourceDefinitions {
    private let context: TaskContext
    private let server: KeptSession
    private let ahead: LogAhead
    /// What was read last of each table, and the end of the log behind it.
    private var readings: [TableName: (definition: TableDefinition?, end: BinlogPosition)] = [:]
    /// Names of character sets by the numbers of their collations; nil: not read yet.
    private var characterSets: [UInt16: String]?

    init(_ context: TaskContext) {
        self.context = context
        server = KeptSession(context, .source)
        ahead = LogAhead(context)
    }

    /// A table as it is at this moment, or was at one behind a place in the log.
    ///
    /// - Returns: nil when there is no such base table.
    func now(_ name: TableName, behind place: BinlogPosition? = nil) throws -> TableDefinition? {
        if let place, let known = readings[name], known.end.isAtOrBehind(place) { return known.definition }
        let reading = try server.ask("reading the definition of \(name)") { session in
            let definition = try SchemaReader(session).table(name)
            // Asked for after the definition: a statement that is not in it yet may be in the log already, and not the other way round.
            return (definition: definition, end: try currentBinlogPosition(session, context.sourceProfile))
        }
        readings[name] = reading
        return reading.definition
    }

    /// A table as it was at a place in the log.
    ///
    /// - Parameter isMeant: see ``LogAhead/answer(for:at:to:isMeant:)``.
    /// - Returns: nil when nobody can tell: it is not there any more, or is changed again behind the place.
    func table(_ name: TableName, at reading: ReadingPlace, isMeant: (UInt32) -> Bool) throws -> TableDefinition? {
        let now = try now(name, behind: reading.place)
        switch try answer(name, at: reading, isMeant) {
        case .unchanged: return now
        case .noted(let definition): return definition
        case .changed: return nil
        }
    }

    /// Whether a statement behind this place may change the table, up to now.
    func isChanged(_ name: TableName, behind reading: ReadingPlace) throws -> Bool {
        if case .changed = try answer(name, at: reading, { _ in false }) { true } else { false }
    }

    private func answer(_ name: TableName, at reading: ReadingPlace, _ isMeant: (UInt32) -> Bool) throws -> LogAhead.Answer {
        guard let end = readings[name]?.end else { return .changed }
        return try ahead.answer(for: name, at: reading, to: end, isMeant: isMeant)
    }

    /// The present end of the log.
    func end() throws -> BinlogPosition { try server.ask("reading its position") { try currentBinlogPosition($0, context.sourceProfile) } }

    func value(_ question: String) throws -> String? { try server.ask("reading a database's default") { try $0.value(question) } }

    /// The character set of a collation by its number; nil for one that the source does not list.
    func characterSet(of collation: UInt16) throws -> String? {
        if let characterSets { return characterSets[collation] }
        let rows = try server.ask("reading its collations") { session in
            // MariaDB lists Unicode collations with the numbers of their character sets here only.
            let hasNumbers = try session.value(
                """
                SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'information_schema'
                    AND TABLE_NAME = 'COLLATION_CHARACTER_SET_APPLICABILITY' AND COLUMN_NAME = 'ID'
                """)
            let table = hasNumbers == nil ? "COLLATIONS" : "COLLATION_CHARACTER_SET_APPLICABILITY"
            return try session.rows("SELECT ID, CHARACTER_SET_NAME FROM information_schema.\(table)")
        }
        var found: [UInt16: String] = [:]
        for row in rows {
            guard let number = row[0].flatMap({ UInt16($0) }), let name = row[1], CharacterSetName.isName(name) else { continue }
            found[number] = CharacterSetName.folded(name)
        }
        characterSets = found
        return found[collation]
    }

    /// Texts of a character set as the source reads them.
    ///
    /// - Parameter characterSet: a name that was looked at, see ``CharacterSetName/isName(_:)``.
    func texts(_ values: [[UInt8]], in characterSet: String) throws -> [String] {
        let list = values.map { "CONVERT(_\(characterSet) x'\(hex($0))' USING utf8mb4)" }.joined(separator: ", ")
        let row = try server.ask("reading members of an ENUM or SET") { try $0.rows("SELECT \(list)").first }
        guard let row, row.count == values.count else { return [] }
        return (0..<row.count).map { row[$0] ?? "" }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
