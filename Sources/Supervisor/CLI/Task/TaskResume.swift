import ArgumentParser
import SupervisorAPI

/// `task resume NAME`.
struct TaskResume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Let a paused task go on.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument

    func run() async throws {
        let task: TaskView = try await daemon.client.post("\(APIPath.task(name.name))/resume")
        try daemon.print(task, TaskText.state(task))
    }
}
