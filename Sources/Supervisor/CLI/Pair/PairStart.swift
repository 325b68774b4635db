import ArgumentParser
import SupervisorAPI

/// `pair start NAME [--at TIME]`.
struct PairStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Verify and start a pair; exits with 3 when the verification fails."
    )

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the pair.") var name: NameArgument
    @OptionGroup var time: StartTimeOption

    func run() async throws {
        let started: StartedPair = try await daemon.client.post("\(APIPath.pair(name.name))/start", time.request)
        if let verification = started.verification, !verification.passed {
            try daemon.print(started, VerificationText.pair(verification))
            throw ExitStatus.verificationFailed
        }
        try daemon.print(started, PairText.state(started.pair))
    }
}
