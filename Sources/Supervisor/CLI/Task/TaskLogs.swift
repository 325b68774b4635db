import ArgumentParser
import SupervisorAPI
import Synchronization

/// `task logs NAME [--follow]`.
struct TaskLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "logs", abstract: "Print what a task's workers have written.")

    /// The whole log as one document.
    private struct Document: Encodable {
        var name: String
        var lines: [String]
    }

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument
    @Flag(help: "Go on with what is written from now on.") var follow = false
    @Option(help: "Only so many of the last lines.") var lines: Int?

    mutating func validate() throws {
        if follow, daemon.json { throw ValidationError("--json prints one document; it does not go with --follow.") }
        if let lines, !(0...1_000_000).contains(lines) {
            throw ValidationError("--lines: found \(lines); allowed: 0 to 1000000.")
        }
    }

    func run() async throws {
        var query = [("follow", "\(follow)")]
        if let lines { query.append(("lines", "\(lines)")) }
        let path = "\(APIPath.task(name.name))/logs"
        guard daemon.json else {
            return try await daemon.client.stream(path, query: query, to: Surroundings.current.output)
        }
        let text = Text()
        try await daemon.client.stream(path, query: query) { text.append($0) }
        let lines = String(decoding: text.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let document = Document(name: name.name, lines: (lines.last?.isEmpty == true ? lines.dropLast() : lines).map(String.init))
        try daemon.print(document, "")
    }

    private final class Text: Sendable {
        private let text = Mutex<[UInt8]>([])
        var bytes: [UInt8] { text.withLock { $0 } }
        func append(_ piece: [UInt8]) { text.withLock { $0.append(contentsOf: piece) } }
    }
}
