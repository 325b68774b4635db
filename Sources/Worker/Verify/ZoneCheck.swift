import SyncModel
import SyncMySQL
import WorkerLoad
import WorkerSchema

/// Whether stored values depend on the time zone of whoever writes a row.
enum ZoneCheck {
    static let check = Check(
        "generated-columns", needs: [.source], "no generated column stores what it computes of a TIMESTAMP in the session's time zone"
    ) { scope in
        var found: [String] = []
        for table in try scope.selected().tables {
            let columns = try scope.definition(table.source)?.columns.filter { $0.isComputedInZone == true } ?? []
            found += columns.map { "\(table.source).\($0.name)" }
        }
        return found.isEmpty
            ? .pass("none")
            : .fail(
                .typeUnsupported, "\(listed(found)): who writes the same row in another time zone stores another value",
                remedy: "drop these columns and add them again as VIRTUAL, without an index, or as columns that are not generated")
    }
}
