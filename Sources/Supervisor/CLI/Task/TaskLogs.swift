import ArgumentParser
import SupervisorAPI

/// `task logs NAME [--follow]`.
struct TaskLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print what a task's workers have written."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument
    @OptionGroup var log: LogOptions

    mutating func validate() throws { try log.validate(json: daemon.json) }

    func run() async throws {
        guard daemon.json else {
            let lines = VisibleLines(Surroundings.current.output)
            try await daemon.client.stream(LogOptions.path(of: name.name), query: log.query) { lines.append($0) }
            return lines.finish()
        }
        try daemon.print(TaskLogDocument(name: name.name, lines: try await log.lines(of: name.name, daemon.client)), "")
    }
}
