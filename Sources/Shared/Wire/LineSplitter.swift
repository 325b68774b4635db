/// Cuts a stream of bytes into lines at 0x0A and nothing else, whatever pieces the bytes arrive in.
///
/// A line longer than `limit` bytes is thrown away up to its newline and reported once, so that a worker that floods
/// its pipe can neither fill the memory nor hide what it says afterwards.
package struct LineSplitter: Sendable {
    package enum Piece: Sendable, Hashable {
        case line([UInt8])
        /// A line was longer than the limit and is lost; `byteCount` is what had arrived of it when that was noticed.
        case tooLong(byteCount: Int)
    }

    private let limit: Int
    private var partial: [UInt8] = []
    private var discarding = false

    /// - Parameter limit: longest line that is kept, bytes.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Takes the next bytes and hands out each line that they complete, without its newline.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer, _ emit: (Piece) throws -> Void) rethrows {
        var start = 0
        while start < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            guard let newline = rest.firstIndex(of: 0x0A) else {
                try append(rest, emit)
                return
            }
            let piece = UnsafeRawBufferPointer(rebasing: rest[..<newline])
            start += newline + 1
            if discarding {
                discarding = false
                continue
            }
            try append(piece, emit)
            if discarding {
                discarding = false
                continue
            }
            let line = partial
            partial.removeAll(keepingCapacity: true)
            try emit(.line(line))
        }
    }

    /// Bytes after the last newline. A stream that ends with some was cut in the middle of a line.
    package var unfinished: Int { partial.count }

    private mutating func append(_ bytes: UnsafeRawBufferPointer, _ emit: (Piece) throws -> Void) rethrows {
        if discarding { return }
        if partial.count + bytes.count > limit {
            let byteCount = partial.count + bytes.count
            partial.removeAll()
            discarding = true
            try emit(.tooLong(byteCount: byteCount))
        } else {
            partial.append(contentsOf: bytes)
        }
    }
}
