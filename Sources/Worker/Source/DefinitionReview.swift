package import SyncModel
import WorkerBinlog
package import WorkerCheckpoint
import WorkerDDL
package import WorkerSchema

/// Compares the definitions that a task goes by with those that the source gives now.
///
/// For a task whose idea of a table cannot be trusted any more: the table was redefined without a statement in the log, or its rows do not name
/// their columns and nobody can tell what they were. What the source says now holds for all rows behind the task's position only where no
/// statement there redefines the table.
package struct DefinitionReview {
    /// One table.
    package struct Difference: Sendable {
        package var table: TableName
        /// nil: not known.
        package var known: TableDefinition?
        package var now: TableDefinition
        /// A statement behind the position redefines the table.
        package var changesLater: Bool
        /// How often the source has opened the table anew among its rows behind the position: 0: there are none.
        package var openings: Int
    }

    private let context: TaskContext
    private let position: BinlogPosition

    /// - Parameter position: that the task has reached, by file and offset.
    package init(_ context: TaskContext, at position: BinlogPosition) {
        self.context = context
        self.position = position
    }

    /// - Parameter known: as kept with the task's checkpoint.
    /// - Throws: ``Failure`` when the source or its log cannot be read.
    package func differences(from known: SchemaTable.Kept) throws -> [Difference] {
        let source = SourceDefinitions(context)
        let openings = try openings(to: try source.end())
        let reading = ReadingPlace(place: position, transaction: position)
        return try known.tables.keys.sorted { $0.description < $1.description }.compactMap { table in
            guard context.objects.target(of: table) != nil, let now = try source.now(table) else { return nil }
            let before = known.tables[table] ?? nil
            if let before, before.hasSameColumns(as: now) { return nil }
            return Difference(
                table: table, known: before, now: now, changesLater: try source.isChanged(table, behind: reading), openings: openings[table]?.count ?? 0)
        }
    }

    /// Under which ids the log behind the position has rows of tables. The source gives a table another one whenever it has opened it anew, and it
    /// does that after each change.
    private func openings(to end: BinlogPosition) throws -> [TableName: Set<UInt64>] {
        var found: [TableName: Set<UInt64>] = [:]
        if position.isAtOrBehind(end) { return found }
        try LogScan(context, as: "definitions").read(from: position, to: end) { event, _, _ in
            if case .tableMap(let map) = event { found[TableName(database: map.database, table: map.table), default: []].insert(map.tableID) }
            return true
        }
        return found
    }
}
