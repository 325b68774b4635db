import ArgumentParser
import SupervisorAPI
import SupervisorConfig
import SyncModel

/// Name of a task or pair, or identifier of a conflict.
struct NameArgument: ExpressibleByArgument {
    let name: String

    init?(argument: String) {
        guard Naming.isValid(argument) else { return nil }
        name = argument
    }
}

extension WaitGoal: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
    package static var allValueStrings: [String] { words }
}

extension ConflictSide: ExpressibleByArgument {}

/// The file of a `create` or `configure`.
struct FileOption: ParsableArguments {
    @Option(name: [.customShort("f"), .customLong("file")], help: "YAML file that describes it; '-' is standard input.")
    var file: String

    var text: SourceText {
        get throws { try SourceText(path: file, environment: Surroundings.current.environment) }
    }
}
