package import SyncModel
package import SyncMySQL
import WorkerBinlog
package import WorkerCheckpoint
import WorkerSchema

/// Looks how much of the source's log lies behind a position, and for how long the oldest change there has been waiting.
///
/// Only a look: nothing is written, and of the log no more is read than what comes before the first transaction that the task would
/// carry. What it does not tell apart exactly (rows outside of a filter, statements that are not carried) counts as such a change.
package struct LogProbe {
    /// What lies behind the position.
    package struct Behind: Sendable, Hashable {
        /// Bytes up to the end of the log; nil when its files do not say.
        package var bytes: UInt64?
        /// Age of the oldest change; 0 when there is none, nil when that could not be told in time.
        package var lagMs: UInt64?
    }

    /// Longest reading. What comes before the place where it ends is not the task's; so that place tells the longest that a change can have waited.
    private static let patience: Duration = .seconds(2)
    /// After so much silence the server says that nothing more is there, nanoseconds.
    private static let heartbeat = 200_000_000

    let context: TaskContext
    let session: Session
    let position: BinlogPosition

    /// - Parameter session: one on the source.
    package init(_ context: TaskContext, _ session: Session, from position: BinlogPosition) {
        self.context = context
        self.session = session
        self.position = position
    }

    package func look() throws -> Behind {
        let (now, end, files) = try context.attempt(.source, "reading its position") {
            // In this order: a transaction that is committed meanwhile must not be older than the clock says.
            let end = try currentBinlogPosition(session, context.sourceProfile)
            return (try SourceFence.time(session), end, try BinlogFiles(session))
        }
        if position.file == end.file, position.offset == end.offset { return Behind(bytes: 0, lagMs: 0) }
        let first = try read(to: end)
        guard let start = first.start else {
            return first.isWhole ? Behind(bytes: 0, lagMs: 0) : Behind(bytes: files.bytes(from: position, to: end), lagMs: nil)
        }
        let lag = first.committedAt.map { now > $0 ? now - $0 : 0 } ?? 0
        return Behind(bytes: files.bytes(from: start, to: end), lagMs: lag / 1000)
    }

    private struct Reading {
        var place: BinlogPlace
        /// Where the first transaction begins.
        var start: BinlogPosition?
        /// Of the open transaction, microseconds.
        var openedAt: UInt64 = 0
        /// It came from the task's target.
        var isLooped = false
        /// Of the first transaction that the task would carry.
        var committedAt: UInt64?
        var maps: [UInt64: TableMap] = [:]
        /// The end of the log was reached.
        var isWhole = false
    }

    private func read(to end: BinlogPosition) throws -> Reading {
        let stream = try BinlogConnection.open(context, from: position, heartbeat: Self.heartbeat)
        var decoder = EventDecoder()
        var reading = Reading(place: BinlogPlace(position))
        let deadline = ContinuousClock.now + Self.patience
        while reading.committedAt == nil {
            guard let event = try context.attempt(.source, "reading its binlog", { try stream.next() }) else { break }
            let header = try EventHeader(event)
            let decoded = try decoder.decode(event)
            pass(decoded, header, &reading)
            try take(decoded, header, &reading)
            if case .transactionPayload(let payload) = decoded {
                var events = try PayloadReader(payload)
                while reading.committedAt == nil, let event = try events.next() {
                    try take(try decoder.decode(unpacked: event), try EventHeader(event), &reading)
                }
            }
            reading.isWhole = reading.place.position.isAtOrBehind(end)
            if reading.committedAt != nil || reading.isWhole { break }
            if .now >= deadline {
                // A server that has to look for the place may say nothing but that it is alive.
                if reading.start != nil { reading.committedAt = reading.openedAt }
                break
            }
        }
        return reading
    }

    private func pass(_ event: Event, _ header: EventHeader, _ reading: inout Reading) {
        switch event {
        case .rotate(let rotate): reading.place.rotate(to: rotate.file, at: rotate.position)
        case .heartbeat(let heartbeat): reading.place.learn(heartbeat)
        default: reading.place.pass(header)
        }
    }

    private func take(_ event: Event, _ header: EventHeader, _ reading: inout Reading) throws {
        switch event {
        case .gtid(let gtid): begin(at: gtid.originalCommitTimestamp, header, &reading)
        case .mariaDBGTID: begin(at: nil, header, &reading)
        case .query(let query):
            if query.kind == .begin, !hasGTIDs { begin(at: nil, header, &reading) }
            guard query.mayBeDefinition, case .ddl = query.kind, concerns(query) else { return }
            if !hasGTIDs { begin(at: nil, header, &reading) }
            reading.committedAt = reading.openedAt
        case .tableMap(let map):
            reading.maps[map.tableID] = map
            if !reading.isLooped, context.objects.target(of: TableName(database: map.database, table: map.table)) != nil {
                reading.committedAt = reading.openedAt
            }
        case .rows(let rows):
            if let map = reading.maps[rows.tableID], map.database == metadataDatabase, map.table == "progress" {
                reading.isLooped = try reading.isLooped || cameFromTarget(rows, map)
            }
        default: break
        }
    }

    private var hasGTIDs: Bool { context.sourceProfile.isMariaDB || context.sourceProfile.isAtLeast(5, 7) }

    private func begin(at committedAt: UInt64?, _ header: EventHeader, _ reading: inout Reading) {
        reading.openedAt = committedAt ?? UInt64(header.timestamp) * 1_000_000
        reading.isLooped = false
        reading.maps.removeAll(keepingCapacity: true)
        guard reading.start == nil else { return }
        let (file, offset) = (reading.place.file, reading.place.offset)
        let start = header.nextPosition == 0 ? offset : offset - min(offset, UInt64(header.eventSize))
        reading.start = BinlogPosition(file: file, offset: start)
    }

    private func concerns(_ query: QueryEvent) -> Bool {
        guard context.spec.sql.ddl != .none else { return false }
        let databases = context.objects.databases
        return databases.contains(query.database) || databases.contains { query.text.lowercased().contains($0.lowercased()) }
    }

    /// The marker of whoever brought the transaction here comes before its rows.
    private func cameFromTarget(_ rows: RowsEvent, _ map: TableMap) throws -> Bool {
        guard map.columns.count >= MarkerColumn.minimumCount else { return false }
        var cursor = try RowCursor(rows, layout: try RowLayout(map))
        while try cursor.next() {
            let origins = cursor.after?.text(MarkerColumn.origins) ?? ""
            if origins.split(separator: ",").contains(Substring(context.targetProfile.uuid)) { return true }
        }
        return false
    }
}
