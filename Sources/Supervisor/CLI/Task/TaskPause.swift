import ArgumentParser
import SupervisorAPI

/// `task pause NAME`.
struct TaskPause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "pause", abstract: "Pause a task at a commit boundary.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument

    func run() async throws {
        let task: TaskView = try await daemon.client.post("\(APIPath.task(name.name))/pause")
        try daemon.print(task, TaskText.state(task))
    }
}
