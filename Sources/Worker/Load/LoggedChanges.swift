package import WorkerConflict
package import WorkerSchema

/// What the source's log says of rows during a load: of those that hold a unique value which a row to be copied has. A value that
/// has moved to another row meanwhile is no conflict. Asked on several threads at once.
package protocol LoggedChanges: Sendable {
    /// Those of the rows of a target's table of which the log brings what has become of them since the load began.
    func changed(among keys: Set<RowKey>, of table: TableName) throws -> Set<RowKey>

    /// Nobody will ask about this table of the target any more.
    func leave(_ table: TableName)
}
