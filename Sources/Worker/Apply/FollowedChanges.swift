package import WorkerConflict
package import WorkerSchema

/// What a ``LogFollower`` tells of a log, in the log's order.
package protocol FollowedChanges: Sendable {
    /// Whether anybody will ask for changes of this table, by the name that it has on the target.
    func matters(_ table: TableName) -> Bool

    /// A transaction whose end is still to come changes these rows.
    func note(_ keys: [RowKey], of table: TableName)

    /// Everything up to this place, the end of a transaction, has been noted.
    func advance(to place: LogPlace)

    /// The log cannot be followed any further.
    func fail(_ error: any Error)
}

extension KeyWindow: FollowedChanges {
    package func matters(_ table: TableName) -> Bool { true }

    package func note(_ keys: [RowKey], of table: TableName) { note(keys) }
}
