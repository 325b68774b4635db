import ArgumentParser
import SupervisorAPI

/// `task limit NAME --rows-per-second N`.
struct TaskLimit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "limit", abstract: "Change the ceilings of a task at once.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument
    @Option(help: "Rows per second, load and incremental together; 0 is no limit.") var rowsPerSecond: Int

    mutating func validate() throws {
        guard rowsPerSecond >= 0 else {
            throw ValidationError("--rows-per-second: found \(rowsPerSecond); allowed: 0 or more.")
        }
    }

    func run() async throws {
        let task: TaskView = try await daemon.client.post(
            "\(APIPath.task(name.name))/limit", LimitRequest(rowsPerSecond: rowsPerSecond))
        let limit = rowsPerSecond == 0 ? "no limit" : "at most \(rowsPerSecond) rows per second"
        try daemon.print(task, "\(task.name): \(limit)")
    }
}
