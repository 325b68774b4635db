package import SyncModel
package import SyncMySQL
import SyncWire
package import WorkerSchema

/// Which objects a task's checkpoint speaks of, in `__dts__.coverage` on the target: what the stream has carried up to
/// there. Written in the transaction that changes it, so that a task whose objects are changed knows exactly what it has.
package struct Coverage: Sendable, Hashable, Codable {
    private static let table = "`\(metadataDatabase)`.coverage"

    package var objects: [ObjectSelection]
    /// Tables of the source that came later, and whose rows are still being copied while the stream goes on.
    package var joining: [TableName]
    /// Conflicts that loads had met before these tables came.
    package var loadConflicts: ConflictCounts
    /// What came later and is still to be made on the target; nil: all is made.
    package var unmade: Unmade?

    /// Objects of the source by their names there.
    package struct Unmade: Sendable, Hashable, Codable {
        /// Tables and views.
        package var objects: [TableName]
        /// Databases whose procedures and functions are to be made, too.
        package var databases: [String]

        package init(objects: [TableName], databases: [String]) {
            self.objects = objects
            self.databases = databases
        }
    }

    /// Whether the target has all of the objects, with their rows.
    package var isComplete: Bool { joining.isEmpty && unmade == nil }

    package init(objects: [ObjectSelection], joining: [TableName] = [], loadConflicts: ConflictCounts = ConflictCounts()) {
        self.objects = objects
        self.joining = joining
        self.loadConflicts = loadConflicts
    }

    /// - Returns: nil for a task that has not begun, or that an earlier version began.
    /// - Throws: `metadata-missing` when it cannot be understood.
    package static func read(task: String, _ target: Session) throws -> Coverage? {
        guard try MetadataTables.hasColumn("body", of: "coverage", target),
            let body = try target.value("SELECT body FROM \(table) WHERE task = \(quoteText(task))")
        else { return nil }
        do {
            return try LineCodec.decode(Coverage.self, from: body.utf8)
        } catch {
            throw Failure(
                .metadataMissing, "which objects the task has synced so far cannot be read from \(table) on the target",
                remedy: Failure.startOver, kind: .permanent)
        }
    }

    /// Statement that keeps it.
    package func statement(task: String) throws -> String {
        let body = String(decoding: try LineCodec.encode(self), as: UTF8.self)
        return "REPLACE INTO \(Self.table) (task, body) VALUES (\(quoteText(task)), \(quoteText(body)))"
    }
}
