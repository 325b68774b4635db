import Glibc
import SyncMySQL
import Synchronization

/// The writers of one side: starts them, ends them, knows what they have committed.
package final class Writers: Sendable {
    package struct Plan: Sendable {
        package var database: String
        package var side: Side
        package var threads: Int
        package var seed: UInt64
        /// Keys of rows that were there before are up to this.
        package var oldKeys: UInt64
        /// Whether the table without a key is written too; only one side may.
        package var writesKeyless: Bool
        /// Transactions per second of all threads together; 0 = as fast as the server goes.
        package var rate: Int

        package init(
            database: String = ShopSetup.database, side: Side, threads: Int = 2, seed: UInt64 = 1, oldKeys: UInt64,
            writesKeyless: Bool? = nil, rate: Int = 0
        ) {
            self.database = database
            self.side = side
            self.threads = threads
            self.seed = seed
            self.oldKeys = oldKeys
            self.writesKeyless = writesKeyless ?? (side == .a)
            self.rate = rate
        }
    }

    private let address: ServerAddress
    private let plan: Plan
    private let control: WriterControl

    package init(_ address: ServerAddress, _ plan: Plan) {
        self.address = address
        self.plan = plan
        control = WriterControl(rate: plan.threads > 0 ? Double(plan.rate) / Double(plan.threads) : 0)
    }

    /// What has been committed so far.
    package var report: WriterReport { control.report }

    /// Asks the writers to end; ``run()`` then returns.
    package func stop() { control.stop() }

    /// Writes until ``stop()``, or until a writer meets an error that trying again does not heal.
    package func run() async throws -> WriterReport {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<plan.threads {
                group.addTask { [address, plan, control] in
                    try await WorkerThread.run("writer-\(plan.side.rawValue)\(thread)") {
                        var writer = Writer(address, plan, thread: thread, control: control)
                        try writer.run()
                    }
                }
            }
            do {
                try await group.waitForAll()
            } catch {
                // The others would go on for ever.
                control.abandon()
                throw error
            }
        }
        return control.report
    }
}

/// What the writers of a side have done.
package struct WriterReport: Sendable, Hashable, Codable {
    /// Transactions that the server has committed.
    package var transactions: UInt64 = 0
    package var rows = RowCount()
    package var rolledBack: UInt64 = 0
    /// Transactions that lost to another one and were given up.
    package var retried: UInt64 = 0
    package var reconnects: UInt64 = 0

    package mutating func add(_ other: WriterReport) {
        transactions += other.transactions
        rows.add(other.rows)
        rolledBack += other.rolledBack
        retried += other.retried
        reconnects += other.reconnects
    }
}

/// What the threads of ``Writers`` share.
final class WriterControl: Sendable {
    private struct State {
        var report = WriterReport()
        /// Rows of each thread's commit that is under way.
        var pending: [Int: RowCount] = [:]
        var seen: Set<Int> = []
        var isStopping = false
        var isAbandoned = false
    }

    private let state = Mutex(State())
    private let pause: Double

    /// - Parameter rate: transactions per second of one thread; 0 = no limit.
    init(rate: Double) { pause = rate > 0 ? 1 / rate : 0 }

    var report: WriterReport { state.withLock(\.report) }
    var isStopping: Bool { state.withLock(\.isStopping) }
    /// The run has failed: not even the outcome of the last commit matters any more.
    var isAbandoned: Bool { state.withLock(\.isAbandoned) }

    func stop() { state.withLock { $0.isStopping = true } }

    func abandon() {
        state.withLock {
            $0.isStopping = true
            $0.isAbandoned = true
        }
    }

    /// Whether this thread asks for the first time.
    func isFirst(_ thread: Int) -> Bool { state.withLock { $0.seen.insert(thread).inserted } }

    func count(_ body: (inout WriterReport) -> Void) { state.withLock { body(&$0.report) } }

    func pending(_ thread: Int, _ rows: RowCount) { state.withLock { $0.pending[thread] = rows } }

    func commit(_ thread: Int) {
        state.withLock {
            $0.report.transactions += 1
            if let rows = $0.pending.removeValue(forKey: thread) { $0.report.rows.add(rows) }
        }
    }

    /// The server is not there; a little later it may be.
    func wait() { usleep(50_000) }

    func throttle() {
        if pause > 0 { usleep(useconds_t(pause * 1e6)) }
    }
}
