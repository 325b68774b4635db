import ArgumentParser
import SupervisorAPI

/// `task skip-check NAME ITEM`.
struct TaskSkipCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skip-check",
        abstract: "Acknowledge the risk of an item that the last verification failed at; the next one skips it."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument
    @Argument(help: "The item, as 'task verify' names it.") var item: String

    func run() async throws {
        let task: TaskView = try await daemon.client.post(
            "\(APIPath.task(name.name))/skip-check",
            SkipCheckRequest(item: item)
        )
        try daemon.print(task, "\(task.name): '\(item)' is skipped until the task is changed")
    }
}
