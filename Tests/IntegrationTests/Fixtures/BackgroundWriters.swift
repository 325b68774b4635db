import TestSupport
import WorkloadKit

/// Writers of one side that go on beside the test until they are told to end.
final class BackgroundWriters: Sendable {
    private let writers: Writers
    private let result: Task<WriterReport, any Error>

    init(_ server: TestServer, _ plan: Writers.Plan, in scope: Scope) {
        let writers = Writers(server.address, plan)
        self.writers = writers
        // Ends by `stop`, which every scope calls.
        result = Task { try await writers.run() }
        scope.onExit { [self] in _ = try await stop() }
    }

    var report: WriterReport { writers.report }

    /// - Returns: what they have committed, exactly.
    func stop() async throws -> WriterReport {
        writers.stop()
        return try await result.value
    }

    /// Lets them write until they have committed this many more transactions.
    func commit(_ more: UInt64) async throws {
        let goal = writers.report.transactions + more
        try await eventually(within: .seconds(120), "\(more) more transactions are committed") {
            if writers.report.transactions >= goal { return true }
            // A writer that has failed says why.
            if result.isCancelled { return true }
            return false
        }
    }
}
