package import SyncModel
import Synchronization
package import WorkerBinlog
package import WorkerCheckpoint
package import WorkerDDL
package import WorkerSchema

/// A run of changes on its way from the reader to the applier: whole source transactions, or a piece of one that is too
/// large to be held.
///
/// Rows stay the bytes that the server sent; a segment only knows where they lie.
package struct ChangeSegment: Sendable {
    /// What part of the source's transactions this is.
    package enum Extent: Sendable, Hashable {
        /// Any number of whole transactions.
        case whole
        /// Pieces of one large transaction, in this order, with any number of middle ones.
        case first, middle, last
        /// A definition statement, see ``ChangeSegment/definition``.
        case definition
        /// The source's log ends within the large transaction: what came of it did not happen.
        case abandoned
    }

    /// Where the rows of one event lie in `bytes`: the bitmaps of present columns, then the images.
    package struct RowsSlice: Sendable {
        package var route: TableRoute
        package var kind: RowsEvent.Kind
        /// Foreign keys did nothing when these rows were changed.
        package var noForeignKeyChecks: Bool
        package var columnCount: Int
        package var start: Int
        package var beforeBitmap: Int
        package var afterBitmap: Int
        package var rows: Int

        /// The event as a view over the segment's bytes.
        package func event(in bytes: UnsafeRawBufferPointer) -> RowsEvent {
            func part(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: bytes[start + offset..<start + offset + count])
            }
            return RowsEvent(
                kind: kind, columnCount: columnCount, presentBefore: part(0, beforeBitmap),
                presentAfter: part(beforeBitmap, afterBitmap), rows: part(beforeBitmap + afterBitmap, rows))
        }
    }

    /// The end of one source transaction.
    package struct Mark: Sendable {
        package var gtid: TransactionID
        package var file: String
        package var offset: UInt64
        /// Number of slices up to and with this transaction's last one.
        package var slices: Int
        /// Transactions of the reverse task that this one stands for; 0 unless it was dropped for its origin.
        package var looped: UInt64
        /// Whether it brings rows (it may have only rows of tables that are not synced).
        package var hasRows: Bool
        /// Something other than our own bookkeeping changed, so the position is worth keeping.
        package var isForeign: Bool
        /// Commit time on the source, microseconds since 1970; 0 when not known.
        package var committedAt: UInt64
        /// What it does to the list of prepared transactions.
        package var distributed: PreparedTransactions.Step?
        /// What changes about the source's tables with this transaction.
        package var schema: [SchemaChange] = []
        /// How far the source was in the target's log, where somebody asks.
        package var known: BinlogPosition?
        /// How far the changes of other servers have come with it.
        package var arrivals: [Arrival] = []

        package init(
            gtid: TransactionID, file: String, offset: UInt64, slices: Int, looped: UInt64, hasRows: Bool, isForeign: Bool,
            committedAt: UInt64
        ) {
            self.gtid = gtid
            self.file = file
            self.offset = offset
            self.slices = slices
            self.looped = looped
            self.hasRows = hasRows
            self.isForeign = isForeign
            self.committedAt = committedAt
        }
    }

    package var extent: Extent
    package var bytes: [UInt8] = []
    package var slices: [RowsSlice] = []
    /// Empty in pieces but the last, which holds the transaction's own mark.
    package var marks: [Mark] = []
    /// Identities of the servers that these rows came from; transactions of different origin never share a segment.
    package var origins: String
    /// ``TableRouter/generation``: transactions of different ones never share a segment.
    package var generation: Int
    /// Definition statements of the target that had been seen when these rows got their routes, see ``StatementsAhead``.
    package var statementsSeen = 0
    /// The statement to be executed, in a segment of its own. When it is not the end of its transaction, the segment has no
    /// mark and leaves the position where it is.
    package var definition: DefinitionChange?

    package init(extent: Extent = .whole, origins: String, generation: Int) {
        self.extent = extent
        self.origins = origins
        self.generation = generation
    }

    /// Identity of the server that these rows were born on.
    package var birthplace: String { origins.prefix { $0 != "," }.description }

    /// Bytes of memory, roughly.
    package var weight: Int { bytes.count + slices.count * 40 + marks.count * 80 + 64 }

    /// Each transaction as a segment of its own.
    package func split() -> [ChangeSegment] {
        var parts: [ChangeSegment] = []
        var slice = 0
        for mark in marks {
            var part = ChangeSegment(origins: origins, generation: generation)
            part.statementsSeen = statementsSeen
            for old in slices[slice..<mark.slices] {
                var moved = old
                let size = old.beforeBitmap + old.afterBitmap + old.rows
                moved.start = part.bytes.count
                part.bytes.append(contentsOf: bytes[old.start..<old.start + size])
                part.slices.append(moved)
            }
            slice = mark.slices
            var own = mark
            own.slices = part.slices.count
            part.marks.append(own)
            parts.append(part)
        }
        return parts
    }

    /// Copies the rows of an event.
    package mutating func append(_ event: RowsEvent, _ route: TableRoute) {
        slices.append(
            RowsSlice(
                route: route, kind: event.kind, noForeignKeyChecks: event.noForeignKeyChecks, columnCount: event.columnCount, start: bytes.count,
                beforeBitmap: event.presentBefore.count, afterBitmap: event.presentAfter.count, rows: event.rows.count))
        bytes.append(contentsOf: event.presentBefore)
        bytes.append(contentsOf: event.presentAfter)
        bytes.append(contentsOf: event.rows)
    }

    /// Appends whole transactions behind these.
    package mutating func append(_ other: ChangeSegment) {
        let base = bytes.count
        let firstSlice = slices.count
        if slices.isEmpty { statementsSeen = other.statementsSeen }
        bytes.append(contentsOf: other.bytes)
        for var slice in other.slices {
            slice.start += base
            slices.append(slice)
        }
        for var mark in other.marks {
            mark.slices += firstSlice
            marks.append(mark)
        }
    }
}

/// A definition statement on its way to the target.
package struct DefinitionChange: Sendable {
    package var statement: MappedStatement
    /// Its place in the source's log, as one word.
    package var place: String
    package var id: StatementID
    /// Whether the operator gave it in place of the source's statement.
    package var isReplacement = false
    /// The session settings under which it ran there.
    package var session: QueryEvent.SessionVariables
    /// The error with which it ended there; 0 for none.
    package var errorCode: UInt16
    /// When it ran there.
    package var time: StatementTime
    /// Its end in the source's log, by file and offset.
    package var end: BinlogPosition
    /// Tables that have the same columns on both sides before it, and so afterwards: the target's names and the source's.
    package var alike: [TableName: TableName] = [:]
    /// What comes of it.
    package let outcome = DefinitionOutcome()
}

/// What the source's tables are after a statement, as the target tells that has executed it too; from the applier to the reader.
package final class DefinitionOutcome: Sendable {
    private let found = Mutex<[TableDefinition]>([])

    /// By the source's names; complete when the applier is done with the statement.
    package var definitions: [TableDefinition] { found.withLock { $0 } }

    /// For the applier.
    package func tell(_ definitions: [TableDefinition]) { found.withLock { $0 = definitions } }
}

/// What names a transaction in its source's binlog, apart from the place.
package enum TransactionID: Sendable, Hashable {
    case none
    case mysql(GTID)
    case mariaDB(MariaDBGTID)
}
