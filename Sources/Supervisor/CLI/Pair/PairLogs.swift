import ArgumentParser
import SupervisorAPI
import SyncModel

/// `pair logs NAME [--follow]`.
struct PairLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print what the workers of both tasks have written, each line behind the name of its task."
    )

    /// Both logs as one document.
    private struct Document: Encodable {
        var name: String
        var tasks: [TaskLogDocument]
    }

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the pair.") var name: NameArgument
    @OptionGroup var log: LogOptions

    mutating func validate() throws { try log.validate(json: daemon.json) }

    func run() async throws {
        let client = try daemon.client
        let pair: PairView = try await client.get(APIPath.pair(name.name))
        let names = pair.tasks.map(\.name)
        if log.follow { return try await follow(names, client) }
        var logs: [TaskLogDocument] = []
        for name in names { logs.append(TaskLogDocument(name: name, lines: try await log.lines(of: name, client))) }
        try daemon.print(Document(name: pair.name, tasks: logs), Self.inOrder(logs).joined(separator: "\n"))
    }

    /// By the time at the beginning of each line; one without, such as the rest of a message, stays with the line before it.
    private static func inOrder(_ logs: [TaskLogDocument]) -> [String] {
        var lines: [(time: String, text: String)] = []
        for log in logs {
            var time = ""
            for line in log.lines {
                let word = line.prefix { $0 != " " }
                if word.first?.isNumber == true, word.contains("T") { time = String(word) }
                lines.append((time, "\(log.name)  \(line)"))
            }
        }
        // Lines of one moment keep their order.
        return lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element.text)
    }

    /// As it comes, in whole lines, so that those of the two do not mix.
    private func follow(_ names: [String], _ client: DaemonClient) async throws {
        let surroundings = Surroundings.current
        let log = log
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names {
                group.addTask {
                    let lines = VisibleLines(behind: "\(name)  ", surroundings.output)
                    try await client.stream(LogOptions.path(of: name), query: log.query) { lines.append($0) }
                    lines.finish()
                }
            }
            // The one that ends first has no reader any more, or its task is gone.
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
