import Glibc
import SyncMySQL

/// A row in the order of a ``CopyPlan``'s columns, with the values that the server printed.
protocol CopiedRow: ~Copyable {
    /// Lends a value; nil for NULL.
    func withValue<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer?) throws -> Result) rethrows -> Result
}

extension Row: CopiedRow {
    @inline(__always)
    func withValue<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer?) throws -> Result) rethrows -> Result {
        try body(bytes(column))
    }
}

/// A row that is kept for a while.
struct HeldRow: CopiedRow, Sendable, Hashable {
    private var bytes: [UInt8] = []
    /// End of each value in `bytes`; negative: NULL, and the value's place is empty.
    private var ends: [Int] = []

    init(_ row: borrowing Row) {
        for column in 0..<row.count {
            if let value = row.bytes(column) {
                bytes.append(contentsOf: value)
                ends.append(bytes.count)
            } else {
                ends.append(-1 - bytes.count)
            }
        }
    }

    var size: Int { bytes.count }

    func withValue<Result>(_ column: Int, _ body: (UnsafeRawBufferPointer?) throws -> Result) rethrows -> Result {
        guard column < ends.count else { return try body(nil) }
        let end = ends[column]
        if end < 0 { return try body(nil) }
        let start = column == 0 ? 0 : Self.place(ends[column - 1])
        return try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
    }

    func value(_ column: Int) -> [UInt8]? { withValue(column) { $0.map { [UInt8]($0) } } }

    /// Whether the first `count` values are the same bytes.
    func isEqual(to other: HeldRow, first count: Int) -> Bool {
        guard ends.count >= count, ends.prefix(count) == other.ends.prefix(count) else { return false }
        let length = count == 0 ? 0 : Self.place(ends[count - 1])
        return bytes.prefix(length) == other.bytes.prefix(length)
    }

    private static func place(_ end: Int) -> Int { end < 0 ? -1 - end : end }
}

extension UnsafeRawBufferPointer {
    var isZeroDigit: Bool { count == 1 && self[0] == UInt8(ascii: "0") }
}

extension CopyPlan {
    /// Lends the values of a row's key.
    func withKey<Result>(_ row: borrowing some CopiedRow & ~Copyable, _ body: (DataLoader.KeyValues) throws -> Result)
        rethrows -> Result
    {
        try withUnsafeTemporaryAllocation(of: UnsafeRawBufferPointer.self, capacity: keyPlaces.count) { values in
            for (index, place) in keyPlaces.enumerated() {
                // The value stays where it is until the row goes: both kinds of rows hold still meanwhile.
                row.withValue(place) {
                    values.initializeElement(at: index, to: $0 ?? UnsafeRawBufferPointer(start: nil, count: 0))
                }
            }
            return try body(DataLoader.KeyValues(values))
        }
    }
}
