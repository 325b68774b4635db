import SyncMySQL

/// Takes rows for one table of the target and writes them within its open transaction, many at a time.
protocol RowSink: ~Copyable {
    /// Rows and bytes since the last ``reset()``.
    var written: UInt64 { get }
    var bytes: Int { get }

    /// Adds a row of the source and sends what has become long enough.
    mutating func add(_ row: borrowing some CopiedRow & ~Copyable, to target: Session) throws
    /// Sends what is left.
    mutating func finish(to target: Session) throws
    /// Forgets what was not sent and begins to count anew.
    mutating func reset()
}
