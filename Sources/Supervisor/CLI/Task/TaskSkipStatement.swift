import ArgumentParser
import SupervisorAPI

/// `task skip-statement NAME`.
struct TaskSkipStatement: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skip-statement",
        abstract: "Leave out the definition statement that a task stopped at, and go on.",
        discussion: "Allowed after ddl-failed and ddl-unsupported. 'task show' prints the statement."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument

    func run() async throws {
        let task: TaskView = try await daemon.client.post("\(APIPath.task(name.name))/skip-statement")
        try daemon.print(task, TaskText.state(task))
    }
}
