package import SyncMySQL
import WorkerLoad
package import WorkerSchema

/// Looks at what the target holds already of a task's objects.
package enum TargetInspector {
    /// The words are those of `TargetState` in the wire protocol.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// None of the tables is there.
        case empty
        /// Some are there; none of them holds a row.
        case structureOnly = "structure-only"
        /// At least one of them holds a row.
        case hasData = "has-data"
    }

    /// - Parameter source: tells which tables a selection of whole databases means.
    package static func state(_ objects: ObjectMap, source: Session, target: Session) throws(MySQLError) -> State {
        var present: [String: Set<String>] = [:]
        var state = State.empty
        for table in try SelectedTables(objects, source).tables {
            let database = table.target.database
            if present[database] == nil { present[database] = Set(try SchemaReader(target).tables(in: database)) }
            guard present[database]?.contains(table.target.table) == true else { continue }
            state = .structureOnly
            if try hasRows(table.target, target) { return .hasData }
        }
        return state
    }

    /// false also when there is no such table.
    static func hasRows(_ table: TableName, _ target: Session) throws(MySQLError) -> Bool {
        do {
            return try target.value("SELECT 1 FROM \(table.quoted) LIMIT 1") != nil
        } catch {
            guard error.code == .unknownTable || error.code == .unknownDatabase else { throw error }
            return false
        }
    }
}
