package import WorkerBinlog

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
    }

    /// Where one rows event lies in `bytes`.
    package struct RowsSlice: Sendable {
        package var route: TableRoute
        /// The event, with its header.
        package var range: Range<Int>
    }

    /// The end of one source transaction.
    package struct Mark: Sendable {
        package var gtid: TransactionID
        package var file: Int
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
    }

    package var extent: Extent
    package var bytes: [UInt8] = []
    package var slices: [RowsSlice] = []
    /// Empty in pieces but the last, which holds the transaction's own mark.
    package var marks: [Mark] = []
    /// Identities of the servers that these rows came from; transactions of different origin never share a segment.
    package var origins: String

    package init(extent: Extent = .whole, origins: String) {
        self.extent = extent
        self.origins = origins
    }

    /// Bytes of memory, roughly.
    package var weight: Int { bytes.count + slices.count * 40 + marks.count * 80 + 64 }

    /// Appends whole transactions behind these.
    package mutating func append(_ other: ChangeSegment) {
        let base = bytes.count
        let firstSlice = slices.count
        bytes.append(contentsOf: other.bytes)
        for slice in other.slices {
            slices.append(RowsSlice(route: slice.route, range: slice.range.lowerBound + base..<slice.range.upperBound + base))
        }
        for var mark in other.marks {
            mark.slices += firstSlice
            marks.append(mark)
        }
    }
}

/// What names a transaction in its source's binlog, apart from the place.
package enum TransactionID: Sendable, Hashable {
    case none
    case mysql(GTID)
    case mariaDB(MariaDBGTID)
}
