import SyncModel
import Synchronization

/// Passes a log on as it comes, without what would move the cursor or hide something. A character that is cut in two between two pieces
/// is put together again.
final class VisibleLines: Sendable {
    private let output: @Sendable ([UInt8]) -> Bool
    private let rest = Mutex<[UInt8]>([])

    init(_ output: @escaping @Sendable ([UInt8]) -> Bool) { self.output = output }

    /// - Returns: false when nothing more can be written.
    func append(_ piece: [UInt8]) -> Bool {
        let whole = rest.withLock { rest in
            let bytes = rest + piece
            let end = Self.endOfCharacters(bytes)
            rest = Array(bytes[end...])
            return bytes[..<end]
        }
        return output(Array(String(decoding: whole, as: UTF8.self).visible.utf8))
    }

    /// Nothing more comes: a character of which a part is missing is shown as such.
    func finish() {
        let last = rest.withLock { rest in
            defer { rest = [] }
            return rest
        }
        if !last.isEmpty { _ = output(Array(String(decoding: last, as: UTF8.self).visible.utf8)) }
    }

    /// Where the last character begins that may not be complete; the end when it is.
    private static func endOfCharacters(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? bytes.count - back : bytes.count
        }
        return bytes.count
    }
}
