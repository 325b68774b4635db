import SyncModel
import SyncMySQL
import Synchronization
import WorkerCheckpoint
import WorkerSchema

/// The load of one table with a key: gives out chunks to threads and knows which are copied.
///
/// A chunk's border is found when it is given out, so that the table is never scanned ahead and the size follows what
/// the last chunks took.
final class TableLoad: Sendable {
    /// Copied chunks that lie without a gap before `load_state` is moved forward over them.
    private static let advanceAfter = 16

    private struct Entry {
        var chunk: LoadState.Chunk
        /// nil: it is being copied, or still has to be.
        var rows: UInt64?
    }

    private struct State {
        /// Chunks that a crash left out; given out first.
        var gaps: [LoadState.Chunk] = []
        /// All chunks behind the gapless part, in key order.
        var line: [Entry] = []
        var cursor: KeyOrder.Place?
        var nextNumber: UInt64 = 1
        var isExhausted = false
        var rowsPerChunk: Int
        /// End of the gapless part.
        var settled: (key: KeyOrder.Place?, chunk: UInt64, rows: UInt64, pending: Int)
        var isAdvancing = false
        var isCareful = false
        var usesStream: Bool
        /// The transaction that brings the last chunk says that it is the last.
        var isNoted = false
    }

    let plan: CopyPlan
    let key: KeyOrder
    private let size: ChunkSize
    private let state: Mutex<State>

    /// Goes on where the rows of `load_state` and `load_chunk` say.
    init(
        _ plan: CopyPlan,
        key: KeyOrder,
        known: LoadState.Table?,
        size: ChunkSize,
        rowLength: UInt64,
        acceptsFiles: Bool
    ) throws(Failure) {
        self.plan = plan
        self.size = size
        self.key = key
        let chunks = known?.chunks ?? []
        let last = try LoadState.place(known?.lastKey, plan.source)
        for place in [last] + chunks.flatMap({ [$0.chunk.lower, $0.chunk.upper] }) {
            guard place.map({ $0.values.count == key.columns.count }) ?? true else { throw LoadState.unreadable(plan.source) }
        }
        var state = State(
            rowsPerChunk: size.firstRows(rowLength: rowLength),
            settled: (last, 0, known?.rows ?? 0, 0),
            usesStream: acceptsFiles && StreamWriter.canWrite(plan)
        )
        state.cursor = last
        for (chunk, rows) in chunks {
            if chunk.lower != state.cursor {
                let gap = LoadState.Chunk(number: chunk.number - 1, lower: state.cursor, upper: chunk.lower)
                state.gaps.append(gap)
                state.line.append(Entry(chunk: gap, rows: nil))
            }
            state.line.append(Entry(chunk: chunk, rows: rows))
            state.cursor = chunk.upper
            state.nextNumber = chunk.number + 1
            state.isExhausted = chunk.upper == nil
        }
        Self.settle(&state)
        self.state = Mutex(state)
    }

    /// Rows of earlier runs.
    var rowsKnown: UInt64 {
        state.withLock { state in state.settled.rows + state.line.reduce(0) { $0 + ($1.rows ?? 0) } }
    }

    /// Whether a thread that asks may get a chunk.
    var hasMore: Bool { state.withLock { !$0.gaps.isEmpty || !$0.isExhausted } }

    /// Whether the next chunk is better begun with the look at what is there already.
    var isCareful: Bool { state.withLock { $0.isCareful } }

    /// Whether rows are written with `LOAD DATA LOCAL`.
    var usesStream: Bool { state.withLock { $0.usesStream } }

    /// Whether the table, once it is whole, is noted as that.
    var isNoted: Bool { state.withLock { $0.isNoted } }

    func refuseStream() { state.withLock { $0.usesStream = false } }

    /// The next chunk; nil when all are given out. Asks the source for the chunk's border.
    func next(_ source: Session, _ context: TaskContext) throws -> LoadState.Chunk? {
        try state.withLock { state in
            if !state.gaps.isEmpty { return state.gaps.removeFirst() }
            if state.isExhausted { return nil }
            var rows = state.rowsPerChunk
            let ceiling = context.control.limits.rowsPerSecond
            if ceiling > 0 { rows = min(rows, ceiling) }
            var upper: KeyOrder.Place?
            let range = state.cursor.map { "WHERE \(key.isBehind($0))" } ?? ""
            let query = """
                SELECT \(key.expressions) FROM \(plan.source.quoted) \(plan.forceIndex) \(range)
                ORDER BY \(key.columnList) LIMIT 1 OFFSET \(rows - 1)
                """
            try context.read(source, query, "reading table \(plan.source)") { upper = try key.place($0, of: plan.source) }
            // It lies behind the last one, or there would be no end.
            if let upper, upper == state.cursor { throw key.columns[0].refusal(of: plan.source) }
            let chunk = LoadState.Chunk(number: state.nextNumber, lower: state.cursor, upper: upper)
            state.nextNumber += 1
            state.cursor = upper
            state.isExhausted = upper == nil
            state.line.append(Entry(chunk: chunk, rows: nil))
            return chunk
        }
    }

    /// Whether all of the table is copied already.
    var isWhole: Bool { state.withLock { Self.isWhole($0) } }

    /// The rows of a chunk, in key order.
    func query(_ chunk: LoadState.Chunk) -> String {
        plan.rows(where: [chunk.lower.map(key.isBehind), chunk.upper.map(key.isUpTo)].compactMap { $0 })
    }

    /// What to note in the transaction that brings a chunk, by the number of its rows: that the chunk is copied or, where nothing else of the
    /// table is left, that all of it is.
    ///
    /// Asked for before the transaction: another thread may be waiting for the source just then.
    func note(for chunk: LoadState.Chunk, _ noted: LoadState) -> (UInt64) -> [String] {
        let table = plan.source
        return state.withLock { state in
            state.isNoted = state.isExhausted && state.gaps.isEmpty && state.line.map(\.chunk.number) == [chunk.number]
            guard state.isNoted else { return { [noted.chunkStatement(chunk, of: table, rows: $0)] } }
            let before = state.settled.rows
            return { noted.doneStatements(table, rows: before + $0) }
        }
    }

    /// A chunk is committed.
    ///
    /// - Returns: whether the table is now copied whole, told to one thread only.
    func finish(_ chunk: LoadState.Chunk, rows: UInt64, bytes: Int, took: Duration, wasCareful: Bool) -> Bool {
        state.withLock { state in
            if let index = state.line.firstIndex(where: { $0.chunk.number == chunk.number }) {
                state.line[index].rows = rows
            }
            state.isCareful = wasCareful
            if rows > 0 {
                state.rowsPerChunk = size.rows(after: state.rowsPerChunk, copied: rows, bytes: bytes, took: took)
            }
            Self.settle(&state)
            return Self.isWhole(state)
        }
    }

    /// How far `load_state` can be moved forward; nil when that is not due. One thread at a time
    /// gets it and has to say afterwards whether it was committed.
    func takeAdvance() -> (key: KeyOrder.Place, rows: UInt64, chunk: UInt64)? {
        state.withLock { state in
            guard !state.isAdvancing, state.settled.pending >= Self.advanceAfter, let key = state.settled.key else {
                return nil
            }
            state.isAdvancing = true
            return (key, state.settled.rows, state.settled.chunk)
        }
    }

    func advanced(_ wasCommitted: Bool) {
        state.withLock { state in
            state.isAdvancing = false
            if wasCommitted { state.settled.pending = 0 }
        }
    }

    /// Rows of the whole table, once it is copied.
    var rowsCopied: UInt64 { state.withLock { $0.settled.rows } }

    private static func isWhole(_ state: State) -> Bool {
        state.isExhausted && state.line.isEmpty && state.gaps.isEmpty
    }

    private static func settle(_ state: inout State) {
        while let first = state.line.first, let rows = first.rows {
            state.settled = (
                first.chunk.upper, first.chunk.number, state.settled.rows + rows, state.settled.pending + 1
            )
            state.line.removeFirst()
        }
    }
}
