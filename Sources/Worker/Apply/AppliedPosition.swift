package import SyncModel
import WorkerBinlog
package import WorkerSource

/// The place in the source's binlog up to which everything has taken effect.
package struct AppliedPosition: Sendable {
    private enum Names {
        case none
        case mysql(GTIDSet)
        case mariaDB(MariaDBGTIDPosition)
    }

    private var names: Names
    private var file: String?
    private var offset: UInt64?

    /// - Throws: ``Failure`` when the checkpoint's text cannot be read.
    package init(_ position: BinlogPosition, isMariaDB: Bool) throws {
        file = position.file
        offset = position.offset
        guard let gtid = position.gtid else {
            names = .none
            return
        }
        if isMariaDB, let position = MariaDBGTIDPosition(gtid) {
            names = .mariaDB(position)
        } else if !isMariaDB, let set = GTIDSet(gtid) {
            names = .mysql(set)
        } else {
            throw Failure(
                .metadataMissing, "the checkpoint's GTID position '\(gtid)' cannot be read",
                remedy: Failure.startOver, kind: .permanent)
        }
    }

    /// Whether a transaction that comes now is one that has been passed already: the server counts them anew.
    package func hasPassed(_ mark: ChangeSegment.Mark) -> Bool {
        switch (names, mark.gtid) {
        case (.mysql(let set), .mysql(let gtid)): set.contains(gtid)
        case (.mariaDB(let position), .mariaDB(let gtid)):
            // Another server of the domain counts on from where it stood.
            position[gtid.domain].map { $0.server == gtid.server && $0.sequence >= gtid.sequence } ?? false
        default: false
        }
    }

    /// Goes past a transaction.
    package mutating func pass(_ mark: ChangeSegment.Mark) {
        file = mark.file
        offset = mark.offset
        switch (names, mark.gtid) {
        case (.mysql(var set), .mysql(let gtid)):
            names = .none  // so that the set is not copied
            set.insert(gtid)
            names = .mysql(set)
        case (.mariaDB(var position), .mariaDB(let gtid)):
            names = .none
            position.advance(to: gtid)
            names = .mariaDB(position)
        default: break
        }
    }

    /// As it is kept in the checkpoint.
    package var position: BinlogPosition {
        let gtid: String? =
            switch names {
            case .none: nil
            case .mysql(let set): set.description
            case .mariaDB(let position): position.description
            }
        return BinlogPosition(gtid: gtid, file: file, offset: offset)
    }
}
