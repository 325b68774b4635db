import ArgumentParser

/// `task …`.
struct TaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "One-way synchronisation.",
        subcommands: [
            TaskCreate.self, TaskConfigure.self, TaskListCommand.self, TaskShow.self, TaskVerify.self, TaskStart.self,
            TaskPause.self, TaskResume.self, TaskRetry.self, TaskStop.self, TaskDelete.self, TaskExportCommand.self,
            TaskLogs.self, TaskTestConnection.self, TaskLimit.self, TaskSkipCheck.self, TaskAdoptDefinitions.self, TaskSkipStatement.self,
            TaskReplaceStatement.self, TaskSimilar.self, TaskRename.self,
        ]
    )
}
