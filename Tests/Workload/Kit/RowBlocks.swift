import Dispatch
import SyncMySQL
import Synchronization

/// The rows of one query, read on a thread of their own and handed over in blocks, so that two servers can be read side
/// by side without holding a table in memory.
final class RowBlocks: Sendable {
    struct Row: Sendable, Hashable {
        var key: [UInt8]
        var whole: [UInt8]
    }

    private struct State {
        var blocks: [[Row]] = []
        var failure: (any Error)?
        var isAtEnd = false
        var isCancelled = false
    }

    private static let rowsPerBlock = 500
    private static let blocksAhead = 4

    private let state = Mutex(State())
    // Begins at 0: one that ends lower than it began traps.
    private let free = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    init(_ address: ServerAddress, query: String) {
        for _ in 0..<Self.blocksAhead { free.signal() }
        WorkerThread.start("read-rows") { self.read(address, query) }
    }

    /// The next rows; nil at the end. Blocks.
    func next() throws -> [Row]? {
        filled.wait()
        free.signal()
        return try state.withLock { state in
            if !state.blocks.isEmpty { return state.blocks.removeFirst() }
            if let failure = state.failure { throw failure }
            // Whoever asks again gets the same answer.
            filled.signal()
            return nil
        }
    }

    /// The rest is not wanted.
    func cancel() {
        state.withLock { $0.isCancelled = true }
        free.signal()
    }

    private struct Cancelled: Error {}

    /// A value was too long for the server to make a text of it, and two of those would look equal.
    struct UnreadableRow: Error, CustomStringConvertible {
        var description: String { "a row is too long to be compared: raise max_allowed_packet" }
    }

    private func read(_ address: ServerAddress, _ query: String) {
        do {
            let session = try address.connect()
            try session.execute("SET SESSION net_write_timeout = 3600, sql_mode = ''")
            try send(Array(query.utf8), session)
            state.withLock { $0.isAtEnd = true }
        } catch {
            state.withLock { $0.failure = error }
        }
        filled.signal()
    }

    private func send(_ query: [UInt8], _ session: Session) throws {
        let block = OpenBlock()
        try query.withUnsafeBytes { bytes in
            try session.query(bytes) { row in
                try block.append(row)
                if block.rows.count == Self.rowsPerBlock { try hand(over: block.take()) }
            }
        }
        if !block.rows.isEmpty { try hand(over: block.take()) }
    }

    private final class OpenBlock {
        private(set) var rows: [Row] = []

        func append(_ row: borrowing SyncMySQL.Row) throws {
            guard let key = row.bytes(0), let whole = row.bytes(1) else { throw UnreadableRow() }
            rows.append(Row(key: Array(key), whole: Array(whole)))
        }

        func take() -> [Row] {
            defer { rows.removeAll(keepingCapacity: true) }
            return rows
        }
    }

    private func hand(over block: [Row]) throws {
        free.wait()
        try state.withLock { state in
            if state.isCancelled { throw Cancelled() }
            state.blocks.append(block)
        }
        filled.signal()
    }
}
