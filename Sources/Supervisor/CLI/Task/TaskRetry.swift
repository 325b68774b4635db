import ArgumentParser
import SupervisorAPI

/// `task retry NAME`.
struct TaskRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "retry", abstract: "Start a failed task again where it stopped.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument

    func run() async throws {
        let task: TaskView = try await daemon.client.post("\(APIPath.task(name.name))/retry")
        try daemon.print(task, TaskText.state(task))
    }
}
