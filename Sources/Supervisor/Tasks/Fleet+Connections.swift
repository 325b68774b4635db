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
            .protocolViolation, "the worker sent the message 'answer' to 'test-connection' with the field 'items' missing; it is mandatory there", remedy: "use a worker of the same release as the supervisor",
            kind: .permanent)
    }
}
