import ArgumentParser
import SupervisorAPI

/// `task limit NAME --rows-per-second N --load-threads N --apply-threads N`.
struct TaskLimit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "Change the ceilings of a task: the rate at once, threads from the next copy of rows on."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument
    @Option(help: "Rows per second, load and incremental together; 0 is no limit of its own.") var rowsPerSecond: Int?
    @Option(help: "Threads that copy rows, 1 to 64.") var loadThreads: Int?
    @Option(help: "Threads that apply the log, 1 to 64.") var applyThreads: Int?

    mutating func validate() throws {
        guard rowsPerSecond != nil || loadThreads != nil || applyThreads != nil else {
            throw ValidationError("allowed: at least one of --rows-per-second, --load-threads, --apply-threads.")
        }
        if let rowsPerSecond, rowsPerSecond < 0 {
            throw ValidationError("--rows-per-second: found \(rowsPerSecond); allowed: 0 or more.")
        }
        for (option, threads) in [("--load-threads", loadThreads), ("--apply-threads", applyThreads)] {
            guard let threads, !(1...64).contains(threads) else { continue }
            throw ValidationError("\(option): found \(threads); allowed: 1 to 64.")
        }
    }

    func run() async throws {
        let task: TaskView = try await daemon.client.post(
            "\(APIPath.task(name.name))/limit",
            LimitRequest(rowsPerSecond: rowsPerSecond, loadThreads: loadThreads, applyThreads: applyThreads)
        )
        try daemon.print(task, "\(task.name): \(TaskText.limits(task.limits))")
    }
}
