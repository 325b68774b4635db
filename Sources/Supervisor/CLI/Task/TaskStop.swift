import ArgumentParser
import SupervisorAPI

/// `task stop NAME`.
struct TaskStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stop", abstract: "Stop a task at a commit boundary.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument

    func run() async throws {
        let task: TaskView = try await daemon.client.post("\(APIPath.task(name.name))/stop")
        try daemon.print(task, TaskText.state(task))
    }
}
