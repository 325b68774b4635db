import Glibc
import SyncModel
import WorkerBinlog

/// Rows that a segment changes, by kind.
struct RowCounts {
    private(set) var inserts: UInt64 = 0
    private(set) var updates: UInt64 = 0
    private(set) var deletes: UInt64 = 0

    var total: Int { Int(inserts + updates + deletes) }

    mutating func add(_ kind: RowsEvent.Kind) {
        switch kind {
        case .insert: inserts += 1
        case .update: updates += 1
        case .delete: deletes += 1
        }
    }
}

extension Counts {
    mutating func add(_ rows: RowCounts) {
        inserts += rows.inserts
        updates += rows.updates
        deletes += rows.deletes
    }
}

/// Lets the thread rest; only on threads that may block.
func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }
