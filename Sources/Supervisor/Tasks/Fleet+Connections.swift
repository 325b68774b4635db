package import SyncModel
import SyncWire

extension Fleet {
    /// Logs in to both servers of a task, by the worker that runs or one that is launched for it.
    ///
    /// - Throws: `protocol-violation` when the worker does not say what it found.
    package func testConnection(ofTask name: String) async throws(Failure) -> [CheckItem] {
        try items(of: try await task(name).errand(.testConnection), to: .testConnection)
    }

    /// Tables of which the source says something else now than a task goes by.
    ///
    /// - Throws: `not-allowed` while the task runs; `protocol-violation` when the worker does not say what it found.
    package func definitions(ofTask name: String) async throws(Failure) -> [CheckItem] {
        let command = Command.definitions(adopts: false)
        return try items(of: try await task(name).errand(command), to: command)
    }

    /// Has a task go by what the source says of its tables now, and lets it go on.
    ///
    /// - Throws: `not-allowed` while the task runs, and when nothing differs that could be adopted.
    package func adoptDefinitions(ofTask name: String) async throws(Failure) {
        _ = try await task(name).errand(.definitions(adopts: true), leavesTraces: true)
        try await retryTask(name)
    }

    private func items(of answer: Answer, to command: Command) throws(Failure) -> [CheckItem] {
        if let items = answer.items { return items }
        throw Failure(
            .protocolViolation, "the worker sent the message 'answer' to '\(command.type)' with the field 'items' missing; it is mandatory there",
            remedy: "use a worker of the same release as the supervisor", kind: .permanent)
    }
}
