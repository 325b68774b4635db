import ArgumentParser
import SyncMySQL
import WorkloadKit

/// `setup SERVER`: makes the shop.
struct Setup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make the shop's tables, in place of those that are there, and fill them.")

    @Argument(help: "HOST:PORT of the server.") var server: ServerAddress
    @OptionGroup var shop: ShopOptions
    @Option(help: "Only rows with keys of this side (a or b).") var side: Side?
    @Flag(help: "Make the tables and no rows.") var empty = false
    @Flag(inversion: .prefixedNo, help: "Make the table without a key too.") var keyless = true

    func run() async throws {
        let setup = ShopSetup(
            database: shop.database, rows: shop.rows, seed: shop.seed, sides: side.map { [$0] } ?? Side.allCases,
            hasKeyless: keyless)
        let isEmpty = empty
        let server = server
        let written = try await WorkerThread.run("setup") {
            let session = try server.connect()
            try setup.createTables(session)
            if isEmpty { return 0 }
            var next = 100_000
            return try setup.fill(session) { rows in
                if rows >= next {
                    Console.print("setup \(server): \(rows) rows")
                    next += 100_000
                }
            }
        }
        Console.print("setup \(server): done, \(written) rows in database \(setup.database)")
    }
}
