import ArgumentParser

/// Fills two servers with rows that try a sync, writes on them, and says whether they are equal.
@main
struct DTSWorkload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dts-workload",
        abstract: "Rows and writers that try a two-way sync, and the proof that both sides are equal.",
        discussion: "Exit codes: 0 done or equal, 1 failed, 2 wrong usage, 5 different.",
        subcommands: [Setup.self, Write.self, Compare.self])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            exit(withError: code)
        } catch let error as ValidationError {
            exit(withError: error)
        } catch {
            // The parser's own errors know their exit code; 64 is its word for wrong usage.
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            if !text.isEmpty { code.isSuccess ? Console.print(text) : Console.printError(text) }
            exit(withError: code == .validationFailure ? ExitCode(2) : ExitCode(code.rawValue))
        }
    }
}
