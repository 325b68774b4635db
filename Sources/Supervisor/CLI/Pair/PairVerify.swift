import ArgumentParser
import SupervisorAPI

/// `pair verify NAME`.
struct PairVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check everything that the pair relies on; exits with 3 when something fails.",
        discussion: "Changes nothing, so it may be done at any time, also while the pair runs."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the pair.") var name: NameArgument
    @Flag(help: "Print also what passed.") var all = false

    func run() async throws {
        let verification: PairVerificationView = try await daemon.client.post("\(APIPath.pair(name.name))/verify")
        try daemon.print(verification, VerificationText.pair(verification, all: all))
        guard verification.passed else { throw ExitStatus.verificationFailed }
    }
}
