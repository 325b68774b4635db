package import SyncMySQL
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
        .empty
    }
}
