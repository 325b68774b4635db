import ArgumentParser
import SupervisorAPI

/// `wait NAME --for GOAL`.
struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until a task or pair has reached a state.",
        discussion: """
            caught-up: all that was committed on the source, of a pair on either side, before the call is on the other side; it \
            ends also while applications write. settled: caught-up in both directions until nothing is left to carry and no \
            conflict is being settled, so that without writers both sides are final.

            Exits with 4 when the time is up, and with 1 when the task has failed instead.
            """
    )

    /// The daemon keeps the time; this much later it is taken not to answer at all.
    private static let grace = 15

    @OptionGroup var daemon: DaemonOptions
    @Argument(help: "Name of the task or pair.") var name: NameArgument
    @Option(name: .customLong("for"), help: "What to wait for.") var goal: WaitGoal
    @Option(help: "Seconds until the command gives up.") var timeout: Int?

    mutating func validate() throws {
        if let timeout, timeout < 0 || timeout > 10 * 365 * 86400 {
            throw ValidationError("--timeout: found \(timeout); allowed: seconds, 0 or more.")
        }
    }

    func run() async throws {
        var query = [("for", goal.description)]
        if let timeout { query.append(("timeout", "\(timeout)")) }
        let reached: WaitView = try await daemon.client.get(
            APIPath.wait(name.name),
            query: query,
            timeout: timeout.map { .seconds($0 + Self.grace) }
        )
        try daemon.print(reached, "\(reached.name): \(reached.goal)")
    }
}
