import ArgumentParser
import SupervisorConfig
import SyncModel

/// Names the command that a mistyped one was meant to be: the parser takes it for an argument too many.
enum UnknownCommand {
    /// - Throws: `wrong-usage` when a word that has to be a command is none.
    static func check(_ arguments: [String], of root: any ParsableCommand.Type) throws(Failure) {
        var command = root
        var path: [String] = []
        for word in arguments {
            let commands = command.configuration.subcommands
            // The words before the first option lead to the command; what comes after the last command is its own.
            guard !commands.isEmpty, !word.hasPrefix("-"), !(path.isEmpty && word == "help") else { return }
            guard let next = commands.first(where: { name($0) == word }) else { throw failure(word, path, commands.map(name)) }
            command = next
            path.append(word)
        }
    }

    private static func name(_ command: any ParsableCommand.Type) -> String {
        command.configuration.commandName ?? ""
    }

    private static func failure(_ word: String, _ path: [String], _ known: [String]) -> Failure {
        let found = (path + ["\(word.prefix(80))"]).joined(separator: " ")
        let meant = Spelling.nearest(to: word, in: known).map { "; did you mean '\((path + [$0]).joined(separator: " "))'?" } ?? ""
        return Failure(
            .wrongUsage, "'\(found)' is no command\(meant)", remedy: "there are: \(known.joined(separator: ", ")); see '--help'")
    }
}
