/// How large a piece of a table one target transaction brings.
package struct ChunkSize: Sendable {
    /// Bytes of values and seconds that a chunk should take.
    package var bytes = 2 << 20
    package var seconds = 0.7
    package var mostRows = 200_000
    /// Rows of a table's first chunk; nil: some hundred kilobytes by the server's statistics.
    package var firstRows: Int?

    package init() {}

    func firstRows(rowLength: UInt64) -> Int {
        let rows = firstRows ?? min(max((512 << 10) / Int(clamping: max(rowLength, 64)), 16), 5000)
        return min(max(rows, 1), max(mostRows, 1))
    }

    /// Size of the next chunk, after one of these measures.
    func rows(after size: Int, copied rows: UInt64, bytes: Int, took: Duration) -> Int {
        let byTime = seconds / max(took / .seconds(1), 0.001) * Double(rows)
        let bySize = Double(self.bytes) / Double(max(bytes, 1)) * Double(rows)
        // At most doubled at a time: one lucky chunk says little.
        return max(Int(min(byTime, bySize, Double(size) * 2, Double(mostRows))), 1)
    }
}
