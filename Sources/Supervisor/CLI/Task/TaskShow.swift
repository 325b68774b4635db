import ArgumentParser
import SupervisorAPI

/// `task show NAME`.
struct TaskShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a task in full.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument

    func run() async throws {
        let task: TaskView = try await daemon.client.get(APIPath.task(name.name))
        try daemon.print(task, TaskText.details(task))
    }
}
