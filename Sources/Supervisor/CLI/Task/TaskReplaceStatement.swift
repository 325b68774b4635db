import ArgumentParser
import SupervisorAPI
import SupervisorConfig

/// `task replace-statement NAME --sql TEXT | --file PATH`.
struct TaskReplaceStatement: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace-statement",
        abstract: "Execute another definition statement in place of the one that a task stopped at, and go on.",
        discussion: "Allowed after ddl-failed and ddl-unsupported. The statement is in the target's names."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument
    @Option(help: "The statement.") var sql: String?
    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: "File with the statement; '-' is standard input."
    )
    var file: String?

    mutating func validate() throws {
        guard (sql == nil) != (file == nil) else {
            throw ValidationError("Give the statement with either --sql or --file.")
        }
    }

    func run() async throws {
        let request = ReplaceStatementRequest(sql: try statement)
        try request.validate()
        let task: TaskView = try await daemon.client.post("\(APIPath.task(name.name))/replace-statement", request)
        try daemon.print(task, TaskText.state(task))
    }

    private var statement: String {
        get throws {
            if let sql { return sql }
            return try SourceText(path: file ?? "-", environment: [:]).text
        }
    }
}
