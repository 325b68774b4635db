import ArgumentParser
import WorkloadKit

extension ServerAddress: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

extension Side: ExpressibleByArgument {}

/// What every command knows about the shop.
struct ShopOptions: ParsableArguments {
    @Option(help: "Name of the database.") var database = ShopSetup.database
    @Option(help: "Rows over all tables that 'setup' makes.") var rows = 20_000
    @Option(help: "The same seed makes the same rows.") var seed: UInt64 = 1

    mutating func validate() throws {
        if rows < 1 { throw ValidationError("--rows: found \(rows); allowed: 1 or more.") }
    }
}
