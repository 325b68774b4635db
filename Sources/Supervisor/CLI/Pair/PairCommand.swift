import ArgumentParser

/// `pair …`.
struct PairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pair",
        abstract: "Two-way synchronisation: both tasks as one thing.",
        subcommands: [
            PairCreate.self, PairConfigure.self, PairListCommand.self, PairShow.self, PairVerify.self, PairStart.self, PairPause.self,
            PairResume.self, PairRetry.self, PairStop.self, PairDelete.self, PairExportCommand.self, PairLogs.self,
        ]
    )
}
