import ArgumentParser
import SupervisorAPI
import SyncModel

/// `task start NAME [--at TIME]`.
struct TaskStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Verify and start a task; exits with 3 when the verification fails."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument
    @Option(help: "Start it then instead of now: a time with a zone, such as 2026-12-01T02:00:00Z.") var at: String?

    mutating func validate() throws {
        guard let at, Timestamp(at) == nil else { return }
        throw ValidationError("--at: found '\(at)'; allowed: a time with a zone, such as 2026-12-01T02:00:00Z.")
    }

    func run() async throws {
        let started: StartedTask = try await daemon.client.post(
            "\(APIPath.task(name.name))/start",
            StartRequest(at: at.flatMap { Timestamp($0) })
        )
        if let verification = started.verification, !verification.passed {
            try daemon.print(started, VerificationText.task(verification))
            throw ExitStatus.verificationFailed
        }
        try daemon.print(started, TaskText.state(started.task))
    }
}
