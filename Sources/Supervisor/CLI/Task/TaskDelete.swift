import ArgumentParser
import SupervisorAPI

/// `task delete NAME`.
struct TaskDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: "Delete a task and what it keeps in the databases.")

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument

    func run() async throws {
        let deleted: Deleted = try await daemon.client.delete(APIPath.task(name.name))
        try daemon.print(deleted, "deleted task \(deleted.deleted)")
    }
}
