import ArgumentParser
import SyncModel

/// `--yes` of commands that end something for good.
struct FinalOptions: ParsableArguments {
    @Flag(help: "Do not ask whether it is really to be done; scripts have to say so.")
    var yes = false

    /// Asks on a terminal whether it is really to be done.
    ///
    /// - Parameters:
    ///   - command: the words of the command, such as `pair stop`.
    ///   - effect: what it does that cannot be undone, as a whole sentence.
    /// - Throws: `wrong-usage` where there is nobody to be asked, `not-confirmed` when the answer is anything but yes.
    func confirm(_ command: String, _ effect: String) async throws {
        if yes { return }
        guard let ask = Surroundings.current.ask else {
            throw Failure(
                .wrongUsage,
                "'\(command)' is final, and there is no terminal on which to ask whether it is really to be done: \(effect)",
                remedy: "say so with --yes"
            )
        }
        let answer = try await ask("\(effect)\nType 'yes' to go on: ") ?? ""
        guard ["yes", "y"].contains(answer.filter { !$0.isWhitespace }.lowercased()) else {
            throw Failure(.notConfirmed, "nothing was done", remedy: "answer 'yes', or give --yes")
        }
    }
}

extension FailureCode {
    /// The command line cannot be understood, or lacks something.
    static let wrongUsage = FailureCode("wrong-usage")
    /// The question whether it is really to be done was not answered by yes.
    static let notConfirmed = FailureCode("not-confirmed")
}
