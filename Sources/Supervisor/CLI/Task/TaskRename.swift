import ArgumentParser
import SupervisorAPI

/// `task rename NAME NEW`.
struct TaskRename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: "Give a task that does not run another name."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument
    @Argument(help: "Its new name.") var newName: NameArgument

    func run() async throws {
        let task: TaskView = try await daemon.client.post(
            "\(APIPath.task(name.name))/rename",
            RenameRequest(name: newName.name)
        )
        try daemon.print(task, "renamed task \(name.name) to \(task.name)")
    }
}
