import ArgumentParser
import SupervisorAPI
import SyncModel

/// `task list`.
struct TaskListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the tasks, by name.")

    @OptionGroup var daemon: DaemonOptions
    @Option(
        help: ArgumentHelp("Only tasks in this state; may be given several times.", valueName: "state"),
        transform: { text in
            if let state = TaskState(rawValue: text) { return state }
            let allowed = TaskState.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("found '\(text)'; allowed: \(allowed).")
        }
    ) var state: [TaskState] = []
    @Option(help: "Only tasks whose name holds this text.") var match: String?

    func run() async throws {
        var list: TaskList = try await daemon.client.get(APIPath.tasks)
        if !state.isEmpty { list.tasks.removeAll { !state.contains($0.state) } }
        if let match { list.tasks.removeAll { !$0.name.contains(match) } }
        try daemon.print(list, TaskText.list(list.tasks))
    }
}
