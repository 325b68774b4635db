package import SyncModel
import SyncWire

extension Fleet {
    /// Logs in to both servers of a task, by the worker that runs or one that is launched for it.
    ///
    /// - Throws: `protocol-violation` when the worker does not say what it found.
    package func testConnection(ofTask name: String) async throws(Failure) -> [CheckItem] {
        let answer = try await task(name).errand(.testConnection)
        if let items = answer.items { return items }
        throw Failure(
            .protocolViolation, "the worker's answer to 'test-connection' has no items", remedy: "use a worker of the same release as the supervisor",
            kind: .permanent)
    }
}
