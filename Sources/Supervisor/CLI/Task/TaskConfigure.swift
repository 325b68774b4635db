import ArgumentParser
import SupervisorAPI
import SupervisorConfig

/// `task configure NAME -f FILE`.
struct TaskConfigure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "configure", abstract: "Replace the description of a task by that of a file.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument
    @OptionGroup var file: FileOption

    func run() async throws {
        let file = try TaskFile(file.text, configuring: name.name)
        let task: TaskView = try await daemon.client.put(
            APIPath.task(name.name), TaskRequest(spec: file.spec, secrets: file.secrets))
        try daemon.print(task, "configured task \(task.name)")
    }
}
