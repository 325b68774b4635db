package import SyncModel

/// Distributed (XA) transactions that are prepared at some position of the source's log and have not ended yet.
///
/// Their rows are logged when they are prepared but take effect only with a later XA COMMIT, perhaps of another session
/// and after any number of other transactions. They are part of the checkpoint, in the same row and so in the same
/// transaction of the target as the position. That makes it exactly once, by induction over the log: a checkpoint says
/// that all transactions up to its position have taken effect once, except those listed here, which have not at all.
/// XA PREPARE moves the position and adds to the list, XA ROLLBACK moves it and takes away; XA COMMIT brings the rows,
/// moves the position and takes away, all in one transaction of the target. A crash in between leaves the state before
/// or the state after. The rows themselves need not be kept, whatever their size and however long it takes: the list
/// knows where they begin in the log, and an XA COMMIT reads them there once more.
///
/// Applying at the COMMIT what was logged at the PREPARE is the order of the source: the locks of a prepared
/// transaction stay, so no transaction in between can have touched the same rows.
package struct PreparedTransactions: Sendable, Hashable {
    /// What one event group does to the list.
    package enum Step: Sendable, Hashable {
        /// - Parameters:
        ///   - xid: as the source writes it in its statements.
        ///   - place: where the group that prepares it begins in the log.
        case prepared(xid: String, place: BinlogPosition)
        case ended(xid: String)
    }

    /// As many as may be open at once; each lengthens the checkpoint.
    package static let limit = 1000

    private var places: [String: BinlogPosition] = [:]

    package init() {}

    package var count: Int { places.count }

    /// Where the group begins that prepared this transaction; nil when it is not open.
    package subscript(xid: String) -> BinlogPosition? { places[xid] }

    package mutating func take(_ step: Step) {
        switch step {
        case .prepared(let xid, let place): places[xid] = place
        case .ended(let xid): places[xid] = nil
        }
    }
}

extension PreparedTransactions: LosslessStringConvertible {
    /// One line for each: offset, file, identifier. Empty when there is none.
    package var description: String {
        places.sorted { $0.key < $1.key }.map { "\($1.offset ?? 0) \($1.file ?? "") \($0)" }.joined(separator: "\n")
    }

    /// Reads what ``description`` says; nil when it is something else.
    package init?(_ text: String) {
        for line in text.split(separator: "\n") {
            // Neither file names nor identifiers, which are hexadecimal, hold blanks.
            let parts = line.split(separator: " ")
            guard parts.count == 3, let offset = UInt64(parts[0]) else { return nil }
            places[String(parts[2])] = BinlogPosition(file: String(parts[1]), offset: offset)
        }
    }
}
