import SyncModel
import WorkerCheckpoint

/// What the reader knows of distributed transactions between their XA PREPARE and their end.
///
/// The list is the one of the checkpoint, as of the place that the reader has come to. Beside it the rows of small ones
/// are kept, so that most XA COMMITs need not read the log once more. Losing those rows costs time and nothing else.
struct PreparedGroups {
    /// A group whose rows have to be read from the log again before the transaction that awaits them can end.
    struct Awaited {
        var xid: String
        var place: BinlogPosition
    }

    private(set) var list: PreparedTransactions
    private var kept: [String: ChangeSegment] = [:]
    private var weight = 0
    /// Bytes of rows that are kept at most, in all.
    private let capacity: Int
    var awaited: Awaited?

    init(_ list: PreparedTransactions, capacity: Int = 8 << 20) {
        self.list = list
        self.capacity = capacity
    }

    /// - Parameter rows: nil when they are not at hand.
    mutating func add(_ xid: String, at place: BinlogPosition, rows: ChangeSegment?) {
        list.take(.prepared(xid: xid, place: place))
        forgetRows(xid)
        guard let rows, weight + rows.weight <= capacity else { return }
        weight += rows.weight
        kept[xid] = rows
    }

    /// - Returns: its rows, if they were kept and `generation` is still the one of their definitions.
    mutating func remove(_ xid: String, generation: Int) -> ChangeSegment? {
        list.take(.ended(xid: xid))
        let rows = kept[xid]
        forgetRows(xid)
        return rows?.generation == generation ? rows : nil
    }

    /// After DDL: rows that were read before it have routes of before it.
    mutating func forgetRows() {
        kept.removeAll()
        weight = 0
    }

    private mutating func forgetRows(_ xid: String) {
        if let old = kept.removeValue(forKey: xid) { weight -= old.weight }
    }
}
