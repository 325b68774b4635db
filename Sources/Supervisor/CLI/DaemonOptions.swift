import ArgumentParser
import SupervisorAPI

/// Options of every command that talks to the daemon.
struct DaemonOptions: ParsableArguments {
    @OptionGroup var folder: DataFolderOption

    @Flag(help: "Print one JSON document.")
    var json = false

    var client: DaemonClient {
        get throws { DaemonClient(folder: try folder.path) }
    }

    /// Prints an answer, as JSON or for people.
    func print(_ answer: some Encodable, _ text: @autoclosure () -> String) throws {
        if json {
            try Surroundings.current.printExactly(String(decoding: try APICodec.encode(answer), as: UTF8.self))
        } else {
            try Surroundings.current.print(text())
        }
    }
}

/// Where the daemon keeps its files.
package struct DataFolderOption: ParsableArguments {
    @Option(name: .customLong("data"), help: ArgumentHelp("Data folder of the daemon.", valueName: "dir"))
    var given: String?

    package init() {}

    package var path: String {
        get throws {
            if let given, !given.isEmpty { return given }
            if let set = Surroundings.current.environment[DataFolder.variable], !set.isEmpty { return set }
            throw ValidationError("Give the daemon's data folder with --data DIR, or set \(DataFolder.variable).")
        }
    }

    package mutating func validate() throws {
        _ = try path
    }
}
