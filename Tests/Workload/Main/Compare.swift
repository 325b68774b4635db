import ArgumentParser
import WorkloadKit

/// `compare A B`: exit code 0 when both hold the same rows, 5 when not.
struct Compare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare all rows of all tables of two servers, byte by byte.",
        discussion: "A database that has another name on B is given as NAME=NAME-ON-B.")

    @Argument(help: "HOST:PORT of the first server.") var a: ServerAddress
    @Argument(help: "HOST:PORT of the second server.") var b: ServerAddress
    @Option(name: .customLong("database"), help: "A database; may be repeated.") var databases: [String] = [ShopSetup.database]
    @Flag(help: "Print one JSON document.") var json = false

    func run() async throws {
        let names = databases.map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            return (a: parts.first ?? text, b: parts.last ?? text)
        }
        let isQuiet = json
        let result = try await Comparison(a, b).run(names) { table in
            if !isQuiet { Console.print(Self.line(table)) }
        }
        if json {
            try Console.printJSON(result)
        } else {
            for line in result.structure { Console.print("different \(line)") }
            Console.print(
                result.isEqual
                    ? "equal: \(result.rows) rows in \(result.tables.count) tables" : "different: \(result.differences) rows")
        }
        if !result.isEqual { throw ExitCode(5) }
    }

    private static func line(_ table: Comparison.TableResult) -> String {
        if table.isEqual { return "equal \(table.database).\(table.table): \(table.rows) rows" }
        let head =
            "different \(table.database).\(table.table): \(table.different) rows differ, \(table.onlyInA) only on A, \(table.onlyInB) only on B"
        return ([head] + table.examples.map { "    \($0)" }).joined(separator: "\n")
    }
}
