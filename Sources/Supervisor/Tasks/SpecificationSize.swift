import SyncModel
import SyncWire

extension TaskSpec {
    /// - Throws: `invalid-file` when it is longer than what a worker can be told in one message.
    func checkLength() throws(Failure) {
        let length: Int
        do {
            length = try LineCodec.encode(self).count
        } catch {
            throw Failure(.internalError, "the specification of '\(name)' cannot be written as JSON", remedy: "report this", kind: .permanent)
        }
        let limit = LineLimit.toWorker - LineLimit.roomBesideSpecification
        guard length > limit else { return }
        let tables = objects.reduce(0) { $0 + ($1.tables?.count ?? 0) }
        throw Failure(
            .invalidFile,
            "objects: found \(objects.count) databases with \(tables) listed tables, \(length) bytes as a worker is told of them; allowed: \(limit) bytes",
            remedy: "list whole databases instead of their tables, leave out filters and columns, or divide the tables among several tasks"
        )
    }
}
