import ArgumentParser
import SupervisorAPI

/// `task stop NAME`.
struct TaskStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop",
        abstract: "Stop a task at a commit boundary, for good: a stopped task cannot be started again."
    )

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var final: FinalOptions
    @Argument(help: "Name of the task.") var name: NameArgument

    func run() async throws {
        try await final.confirm(
            "task stop",
            "This stops task '\(name.name)' for good: it cannot be started again. 'task pause' stops it for a while."
        )
        let task: TaskView = try await daemon.client.post("\(APIPath.task(name.name))/stop")
        try daemon.print(task, TaskText.state(task))
    }
}
