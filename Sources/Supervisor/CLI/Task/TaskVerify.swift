import ArgumentParser
import SupervisorAPI

/// `task verify NAME`.
struct TaskVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check everything that the task relies on; exits with 3 when something fails.",
        discussion: "Changes nothing, so it may be done at any time, also while the task runs."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task.") var name: NameArgument
    @Flag(help: "Print also what passed.") var all = false

    func run() async throws {
        let verification: VerificationView = try await daemon.client.post("\(APIPath.task(name.name))/verify")
        try daemon.print(verification, VerificationText.task(verification, all: all))
        guard verification.passed else { throw ExitStatus.verificationFailed }
    }
}
