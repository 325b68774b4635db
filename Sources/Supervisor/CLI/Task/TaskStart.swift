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
    @OptionGroup var time: StartTimeOption

    func run() async throws {
        let started: StartedTask = try await daemon.client.post(
            "\(APIPath.task(name.name))/start",
            time.request
        )
        if let verification = started.verification, !verification.passed {
            try daemon.print(started, VerificationText.task(verification))
            throw ExitStatus.verificationFailed
        }
        try daemon.print(started, TaskText.state(started.task))
    }
}
