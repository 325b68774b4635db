package import SyncModel
import WorkerBinlog

/// Names that a user has written with other letters than the servers keep them in.
extension [ObjectSelection] {
    /// The same objects by the names that the servers have for them.
    ///
    /// - Parameters:
    ///   - source: nil when it is not known yet.
    ///   - target: nil when it is not known yet.
    package func named(by source: ServerProfile?, _ target: ServerProfile?) -> [ObjectSelection] {
        guard source?.foldsNames == true || target?.foldsNames == true else { return self }
        func here(_ name: String) -> String { source?.foldsNames == true ? SQLDialect.folded(name) : name }
        func there(_ name: String) -> String { target?.foldsNames == true ? SQLDialect.folded(name) : name }
        return map { selection in
            var result = selection
            result.database = here(selection.database)
            result.mappedTo = selection.mappedTo.map(there)
            result.views = selection.views?.map(here)
            result.tables = selection.tables?.map { table in
                var result = table
                result.name = here(table.name)
                result.mappedTo = table.mappedTo.map(there)
                return result
            }
            return result
        }
    }
}
