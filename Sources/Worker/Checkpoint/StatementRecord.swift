package import SyncModel
package import SyncMySQL
import SyncWire
package import WorkerSchema

/// The definition statement that a task is bringing to its target, noted there before it is executed and after.
///
/// A statement commits by itself, so no transaction can hold it together with the checkpoint. The note says what was
/// there before, and from where on the target's log would hold it; a worker that finds it after a crash can tell whether the
/// statement took effect.
package struct StatementRecord: Sendable, Hashable {
    package enum State: String, Sendable {
        case begun, done
        /// The target refused it.
        case refused
    }

    package var state: State
    /// Place of the statement in the source's log.
    package var place: String
    /// The connection that executes it.
    package var connection: UInt64
    package var origins: String
    /// As the target executes it.
    package var statement: String
    /// What the target's server said of all that the statement may change.
    package var before: String
    /// Its end in the source's log, by file and offset.
    package var end: BinlogPosition
    /// Whose log that is, see ``ServerProfile/server``.
    package var sourceServer: String
    /// The target's place in its own log before the statement was begun; nil where it could not be asked for.
    package var targetStart: BinlogPosition?
    /// Whose log that is.
    package var targetServer: String
    /// Tables of the target that were the source's to the last column before the statement, and what the source calls them: of these the
    /// target's definition afterwards tells the source's.
    package var alike: [TableName: TableName]
    /// What the target's server says of the statement's tables afterwards: whoever reads this server's log need not guess what it did.
    package var definitions: [TableDefinition] = []

    private static let table = "`\(metadataDatabase)`.statement"

    package init(
        state: State, place: String, connection: UInt64, origins: String, statement: String, before: String, end: BinlogPosition,
        sourceServer: String, targetStart: BinlogPosition? = nil, targetServer: String = "", alike: [TableName: TableName] = [:]
    ) {
        self.alike = alike
        self.state = state
        self.place = place
        self.connection = connection
        self.origins = origins
        self.statement = statement
        self.before = before
        self.end = end
        self.sourceServer = sourceServer
        self.targetStart = targetStart
        self.targetServer = targetServer
    }

    package static func read(task: String, _ session: Session) throws(MySQLError) -> StatementRecord? {
        guard
            let row = try session.rows(
                """
                SELECT state, place, connection, origins, statement, before_it, file, file_offset, source_server, target_file,
                    target_offset, target_server, alike
                FROM \(table) WHERE task = \(quoteText(task))
                """
            ).first, let state = row[0].flatMap({ State(rawValue: $0) })
        else { return nil }
        return StatementRecord(
            state: state,
            place: row[1] ?? "",
            connection: row[2].flatMap { UInt64($0) } ?? 0,
            origins: row[3] ?? "",
            statement: row[4] ?? "",
            before: row[5] ?? "",
            end: BinlogPosition(file: row[6], offset: row[7].flatMap { UInt64($0) }),
            sourceServer: row[8] ?? "",
            targetStart: row[9].map { BinlogPosition(file: $0, offset: row[10].flatMap { UInt64($0) }) },
            targetServer: row[11] ?? "",
            alike: row[12].map { Self.alike(in: $0) } ?? [:]
        )
    }

    /// What a note in a log says; nil for what is damaged.
    package static func definitions(in text: String) -> [TableDefinition]? {
        // Whoever reads on without it stops where it matters.
        try? LineCodec.decode([TableDefinition].self, from: text.utf8)
    }

    private struct Pair: Codable {
        var target: TableName
        var source: TableName
    }

    private static func alike(in text: String) -> [TableName: TableName] {
        // As above: then the source is asked.
        let pairs = (try? LineCodec.decode([Pair].self, from: text.utf8)) ?? []
        return Dictionary(pairs.map { ($0.target, $0.source) }, uniquingKeysWith: { first, _ in first })
    }

    /// Statement that notes it. The row's image begins with what readers of this server's log need (``StatementColumn``).
    package func noteStatement(task: String) throws -> String {
        let pairs = alike.map { Pair(target: $0.key, source: $0.value) }.sorted { $0.target.description < $1.target.description }
        func text(_ value: some Encodable) throws -> String { quoteText(String(decoding: try LineCodec.encode(value), as: UTF8.self)) }
        let (after, alike) = (state == .done ? try text(definitions) : "NULL", try text(pairs))
        return """
        REPLACE INTO \(Self.table) (task, state, connection, origins, place, statement, before_it, file, file_offset,
            source_server, target_file, target_offset, target_server, definitions, alike)
        VALUES (\(quoteText(task)), '\(state.rawValue)', \(connection), \(quoteText(origins)), \(quoteText(place)), \
        \(quoteText(statement)), \(quoteText(before)), \(literal(end.file)), \
        \(literal(end.offset)), \(quoteText(sourceServer)), \(literal(targetStart?.file)), \(literal(targetStart?.offset)), \
        \(quoteText(targetServer)), \(after), \(alike))
        """
    }
}

/// Where in a row image of `statement` another task's reader finds what it needs.
package enum StatementColumn {
    package static let task = 0
    package static let state = 1
    package static let connection = 2
    package static let origins = 3
    package static let file = 7
    package static let fileOffset = 8
    /// Whose log that is.
    package static let sourceServer = 9
    package static let minimumCount = 10
    /// Of the statement's tables once it is done; later versions only.
    package static let definitions = 13
}
