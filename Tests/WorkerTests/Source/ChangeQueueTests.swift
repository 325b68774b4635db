import SyncMySQL
import Testing
import WorkerSource

@Suite("The queue between reader and applier")
struct ChangeQueueTests {
    private func transaction(_ offset: UInt64, bytes: Int = 10, origins: String = "a", generation: Int = 1)
        -> ChangeSegment
    {
        var segment = ChangeSegment(origins: origins, generation: generation)
        segment.bytes = [UInt8](repeating: 1, count: bytes)
        segment.marks = [
            ChangeSegment.Mark(
                gtid: .none,
                file: "binlog.000001",
                offset: offset,
                slices: 0,
                looped: 0,
                hasRows: true,
                isForeign: true,
                committedAt: 0
            )
        ]
        return segment
    }

    private func take(_ queue: ChangeQueue) -> ChangeSegment? {
        if case .segment(let segment) = queue.pop(milliseconds: 0) { segment } else { nil }
    }

    @Test("Whole transactions that wait come as one batch, in order")
    func joins() throws {
        let queue = ChangeQueue()
        for offset in 1...5 { #expect(queue.push(transaction(UInt64(offset)))) }
        let batch = try #require(take(queue))
        #expect(batch.marks.map(\.offset) == [1, 2, 3, 4, 5])
        #expect(take(queue) == nil)
    }

    @Test("A batch keeps within its limits")
    func limits() throws {
        let queue = ChangeQueue(batchBytes: 25, batchTransactions: 100)
        for offset in 1...3 { #expect(queue.push(transaction(UInt64(offset)))) }
        #expect(take(queue)?.marks.map(\.offset) == [1, 2])
        #expect(take(queue)?.marks.map(\.offset) == [3])
    }

    @Test("Transactions of different origin, or under different definitions of a table, never share a batch")
    func apart() {
        let queue = ChangeQueue()
        _ = queue.push(transaction(1))
        _ = queue.push(transaction(2, origins: "b"))
        _ = queue.push(transaction(3, origins: "b", generation: 2))
        #expect(take(queue)?.marks.map(\.offset) == [1])
        #expect(take(queue)?.marks.map(\.offset) == [2])
        #expect(take(queue)?.marks.map(\.offset) == [3])
    }

    @Test("Pieces of a large transaction stay by themselves")
    func pieces() {
        let queue = ChangeQueue()
        _ = queue.push(transaction(1))
        var first = transaction(2)
        first.extent = .first
        _ = queue.push(first)
        var last = transaction(2)
        last.extent = .last
        _ = queue.push(last)
        _ = queue.push(transaction(3))
        #expect(take(queue)?.extent == .whole)
        #expect(take(queue)?.extent == .first)
        #expect(take(queue)?.extent == .last)
        #expect(take(queue)?.marks.map(\.offset) == [3])
    }

    @Test("What was pushed before the end is taken before the end is told")
    func finish() {
        let queue = ChangeQueue()
        _ = queue.push(transaction(1))
        queue.finish(nil)
        #expect(take(queue) != nil)
        guard case .ended(let error) = queue.pop(milliseconds: 0) else {
            Issue.record("the end was not told")
            return
        }
        #expect(error == nil)
    }

    @Test("A full queue holds the reader until the applier takes something, and lets it go when the applier ends")
    func backPressure() async throws {
        let queue = ChangeQueue(capacity: 10_000, batchBytes: 1)
        #expect(queue.push(transaction(1, bytes: 20_000)))
        let pushed = Task { try await WorkerThread.run("push") { queue.push(self.transaction(2)) } }
        #expect(take(queue)?.marks.map(\.offset) == [1])
        #expect(try await pushed.value)
        #expect(queue.push(transaction(3, bytes: 20_000)))
        let refused = Task { try await WorkerThread.run("push") { queue.push(self.transaction(4)) } }
        queue.abandon()
        #expect(try await refused.value == false)
    }

    @Test("A batch splits into its transactions again")
    func split() throws {
        let queue = ChangeQueue()
        for offset in 1...3 { _ = queue.push(transaction(UInt64(offset))) }
        let parts = try #require(take(queue)).split()
        #expect(parts.map { $0.marks.map(\.offset) } == [[1], [2], [3]])
    }
}
