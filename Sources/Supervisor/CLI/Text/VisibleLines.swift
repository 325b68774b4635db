import SyncModel
import Synchronization

/// Passes a log on as it comes, without what would move the cursor or hide something. A character that is cut in two between two pieces
/// is put together again.
final class VisibleLines: Sendable {
    private let output: @Sendable ([UInt8]) -> Bool
    private let prefix: String?
    private let rest = Mutex<[UInt8]>([])

    /// - Parameter prefix: what each line goes behind; with it only whole lines are passed on, so that those of several logs do not mix.
    init(behind prefix: String? = nil, _ output: @escaping @Sendable ([UInt8]) -> Bool) {
        self.prefix = prefix
        self.output = output
    }

    /// - Returns: false when nothing more can be written.
    func append(_ piece: [UInt8]) -> Bool {
        let whole = rest.withLock { rest in
            let bytes = rest + piece
            let end = prefix == nil ? Self.endOfCharacters(bytes) : bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            rest = Array(bytes[end...])
            return bytes[..<end]
        }
        return whole.isEmpty || output(shown(whole))
    }

    private func shown(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard let prefix else { return Array(String(decoding: bytes, as: UTF8.self).visible.utf8) }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let whole = lines.last?.isEmpty == true ? lines.dropLast() : lines[...]
        return Array(whole.map { "\(prefix)\(String(decoding: $0, as: UTF8.self).visible)\n" }.joined().utf8)
    }

    /// Nothing more comes: a character of which a part is missing is shown as such, and a line without its end.
    func finish() {
        let last = rest.withLock { rest in
            defer { rest = [] }
            return rest
        }
        if !last.isEmpty { _ = output(shown(last[...])) }
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
