import ArgumentParser
import SupervisorAPI
import SupervisorConfig
import SyncModel

/// `task export NAME`.
struct TaskExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "export", abstract: "Print a task as the file that creates it, without passwords.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument

    func run() async throws {
        let spec: TaskSpec = try await daemon.client.get("\(APIPath.task(name.name))/spec")
        try daemon.print(spec, String(TaskExport.yaml(spec).dropLast()))
    }
}
