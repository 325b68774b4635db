import ArgumentParser
import Dispatch
import Glibc
import WorkloadKit

/// `write SERVER --side a|b`: writes until the time is up, or until SIGINT or SIGTERM.
struct Write: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write on one server, only rows with keys of its side.")

    @Argument(help: "HOST:PORT of the server.") var server: ServerAddress
    @OptionGroup var shop: ShopOptions
    @Option(help: "Whose keys are written (a or b).") var side: Side
    @Option(help: "How long.") var seconds = 30
    @Option(help: "Connections.") var threads = 2
    @Option(help: "Transactions per second at most; 0 = no limit.") var rate = 0
    @Flag(inversion: .prefixedNo, help: "Write the table without a key too (only one side may; side a does).") var keyless: Bool?
    @Flag(help: "End with one JSON document instead of a line.") var json = false

    func run() async throws {
        let oldKeys = ShopSetup(database: shop.database, rows: shop.rows).highestKey
        let plan = Writers.Plan(
            database: shop.database, side: side, threads: threads, seed: shop.seed, oldKeys: oldKeys, writesKeyless: keyless,
            rate: rate)
        let writers = Writers(server, plan)
        let stops = Self.stopSignals(writers)
        let seconds = seconds
        let side = side
        let report = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for second in 1...max(1, seconds) {
                    try await Task.sleep(for: .seconds(1))
                    let now = writers.report
                    Console.printError(
                        "write \(side.rawValue): \(second) s, \(now.transactions) transactions, \(now.rows.total) rows")
                }
                writers.stop()
            }
            // Ends the ticker where a signal ended the writers first.
            defer { group.cancelAll() }
            return try await writers.run()
        }
        for stop in stops { stop.cancel() }
        if json {
            try Console.printJSON(report)
        } else {
            Console.print(
                """
                write \(side.rawValue): done, \(report.transactions) transactions, \(report.rows.inserted) rows inserted, \
                \(report.rows.updated) updated, \(report.rows.deleted) deleted; \(report.rolledBack) rolled back, \
                \(report.retried) lost to another writer, \(report.reconnects) reconnects
                """)
        }
    }

    private static func stopSignals(_ writers: Writers) -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { writers.stop() }
            source.resume()
            return source
        }
    }
}
