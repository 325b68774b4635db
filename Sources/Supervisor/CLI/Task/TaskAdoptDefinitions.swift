import ArgumentParser
import SupervisorAPI
import SyncModel

/// `task adopt-definitions NAME`.
struct TaskAdoptDefinitions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt-definitions",
        abstract: "Show where the source's tables are others than a task takes them for, and have it go by what the source says now.",
        discussion: """
            For a task that has stopped with schema-mismatch because a table was redefined without a statement in the log, or because nobody can \
            tell what it was. No rows are copied again. It asks before it changes anything; --yes does it without being asked.
            """
    )

    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var final: FinalOptions
    @Argument(help: "Name of the task.") var name: NameArgument

    func run() async throws {
        let path = APIPath.task(name.name)
        let found: VerificationView = try await daemon.client.get("\(path)/definitions")
        guard found.items.contains(where: { $0.level == .alarm }) else {
            try daemon.print(found, VerificationText.definitions(found))
            return
        }
        try await final.confirm(
            "task adopt-definitions",
            VerificationText.definitions(found) + "\nThe task takes all rows from its position on to have the columns that the source has now."
        )
        let task: TaskView = try await daemon.client.post("\(path)/adopt-definitions")
        try daemon.print(task, VerificationText.definitions(found) + "\n" + TaskText.state(task))
    }
}
