import ArgumentParser
import SupervisorAPI

/// `task list`.
struct TaskListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the tasks.")

    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        let list: TaskList = try await daemon.client.get(APIPath.tasks)
        try daemon.print(list, TaskText.list(list.tasks))
    }
}
