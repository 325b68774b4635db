import ArgumentParser
import SupervisorAPI
import SupervisorConfig

/// `task create -f FILE`.
struct TaskCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Create a task from a file; verifies and starts nothing.")

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var file: FileOption

    func run() async throws {
        let file = try TaskFile(file.text)
        let task: TaskView = try await daemon.client.post(
            APIPath.tasks, TaskRequest(spec: file.spec, secrets: file.secrets))
        try daemon.print(task, "created task \(task.name)")
    }
}
