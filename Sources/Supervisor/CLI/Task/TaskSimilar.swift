import ArgumentParser
import SupervisorAPI

/// `task similar NAME [--name NEW]`.
struct TaskSimilar: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "similar",
        abstract: "Create a task with the settings of another one; it has no passwords and waits for 'task configure'."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task to be copied.") var name: NameArgument
    @Option(name: .customLong("name"), help: "Name of the new task; otherwise it gets one.") var newName: NameArgument?

    func run() async throws {
        let task: TaskView = try await daemon.client.post(
            "\(APIPath.task(name.name))/similar",
            SimilarRequest(name: newName?.name)
        )
        try daemon.print(task, "created task \(task.name)")
    }
}
