import ArgumentParser
import SupervisorAPI
import SyncModel

/// Some of a task's or pair's conflicts.
struct ConflictFilter: ParsableArguments {
    @Option(name: .customLong("class"), help: "Only those of this class.") var kind: ConflictClass?
    @Option(help: ArgumentHelp("Only those of this table, by its name on the target.", valueName: "database.table")) var table: String?

    var isGiven: Bool { kind != nil || table != nil }

    var query: [(String, String)] {
        (kind.map { [("class", $0.rawValue)] } ?? []) + (table.map { [("table", $0)] } ?? [])
    }
}

extension ConflictClass: ExpressibleByArgument {}
