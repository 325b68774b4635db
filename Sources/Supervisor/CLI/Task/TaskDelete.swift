import ArgumentParser
import SupervisorAPI

/// `task delete NAME`.
struct TaskDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a task for good: its conflicts, and what it keeps in the databases."
    )

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var final: FinalOptions
    @Argument(help: "Name of the task.") var name: NameArgument

    func run() async throws {
        try await final.confirm(
            "task delete",
            "This deletes task '\(name.name)' for good: its conflicts, and where it has come to. The rows that it has brought stay."
        )
        let deleted: Deleted = try await daemon.client.delete(APIPath.task(name.name))
        try daemon.print(deleted, DeletionText.done(deleted, "task"))
    }
}
