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

/// When to start instead of now.
struct StartTimeOption: ParsableArguments {
    @Option(help: "Start it then instead of now: a time with a zone, such as 2026-12-01T02:00:00Z.") var at: String?

    mutating func validate() throws {
        guard let at, Timestamp(at) == nil else { return }
        throw ValidationError("--at: found '\(at)'; allowed: a time with a zone, such as 2026-12-01T02:00:00Z.")
    }

    var request: StartRequest { StartRequest(at: at.flatMap { Timestamp($0) }) }
}

/// The file of a `create` or `configure`.
struct FileOption: ParsableArguments {
    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: "YAML file that describes it; '-' is standard input."
    )
    var file: String

    var text: SourceText {
        get throws { try SourceText(path: file, environment: Surroundings.current.environment) }
    }
}
