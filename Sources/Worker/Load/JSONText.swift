import SyncModel
import WorkerBinlog

/// A JSON document as MySQL prints it, taken apart into values whose real types the server has told.
///
/// Text alone does not say whether a number was a DECIMAL or a double, or whether a string is a DATETIME. The types come
/// from ``JSONTypes``; the values are ranges of the text.
struct JSONText {
    struct Node {
        enum Shape { case object, array, string, number, word }

        var shape: Shape
        /// Of the value in the text; of a string with its quotes.
        var range: Range<Int>
        /// Index of the containing node; negative: none.
        var parent: Int
        /// Of the member's name, with its quotes.
        var key: Range<Int>?
        /// Place in the containing array.
        var place: Int
        var type = JSONTypes.Letter.null
    }

    struct Mismatch: Error {}

    private let text: UnsafeRawBufferPointer
    /// Every container comes before what it holds, in the order of the text.
    private(set) var nodes: [Node] = []
    private var position = 0
    /// Servers take no document that is nested deeper than 100.
    private static let deepest = 128

    /// - Throws: ``Mismatch`` when text and types do not belong together.
    init(_ text: UnsafeRawBufferPointer, types: UnsafeRawBufferPointer) throws(Mismatch) {
        self.text = text
        try parse(parent: -1, key: nil, place: 0, depth: 0)
        guard position == text.count else { throw Mismatch() }
        try assign(types)
    }

    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: text[range]) }

    private mutating func parse(parent: Int, key: Range<Int>?, place: Int, depth: Int) throws(Mismatch) {
        guard depth < Self.deepest else { throw Mismatch() }
        skipBlanks()
        let index = nodes.count
        let start = position
        switch try peek() {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            let isObject = text[position] == UInt8(ascii: "{")
            nodes.append(
                Node(shape: isObject ? .object : .array, range: start..<start, parent: parent, key: key, place: place)
            )
            position += 1
            try parseContent(of: index, isObject: isObject, depth: depth)
        case UInt8(ascii: "\""):
            try skipString()
            nodes.append(Node(shape: .string, range: start..<position, parent: parent, key: key, place: place))
        default:
            while position < text.count, !Self.endsWord(text[position]) { position += 1 }
            guard position > start else { throw Mismatch() }
            let isNumber = text[start] == UInt8(ascii: "-") || (48...57).contains(text[start])
            nodes.append(
                Node(shape: isNumber ? .number : .word, range: start..<position, parent: parent, key: key, place: place)
            )
        }
        nodes[index].range = start..<position
    }

    private mutating func parseContent(of index: Int, isObject: Bool, depth: Int) throws(Mismatch) {
        let end = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        var place = 0
        skipBlanks()
        while try peek() != end {
            var key: Range<Int>?
            if isObject {
                let start = position
                try skipString()
                key = start..<position
                skipBlanks()
                guard try peek() == UInt8(ascii: ":") else { throw Mismatch() }
                position += 1
            }
            try parse(parent: index, key: key, place: place, depth: depth + 1)
            place += 1
            skipBlanks()
            guard try peek() == UInt8(ascii: ",") else { continue }
            position += 1
            skipBlanks()
        }
        position += 1
    }

    /// The server lists, container by container, the members of objects and, apart from them, the elements of arrays.
    private mutating func assign(_ types: UnsafeRawBufferPointer) throws(Mismatch) {
        let parts = types.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let root = parts[0].first, parts[0].count == 1 else { throw Mismatch() }
        try give(root, to: 0)
        // Children of one container, in the order in which they are met, container by container.
        var children: [[Int]] = Array(repeating: [], count: nodes.count)
        for index in nodes.indices.dropFirst() { children[nodes[index].parent].append(index) }
        var members = parts[1].makeIterator()
        var elements = parts[2].makeIterator()
        for index in nodes.indices {
            for child in children[index] {
                guard let letter = nodes[index].shape == .object ? members.next() : elements.next() else {
                    throw Mismatch()
                }
                try give(letter, to: child)
            }
        }
        guard members.next() == nil, elements.next() == nil else { throw Mismatch() }
    }

    private mutating func give(_ letter: UInt8, to index: Int) throws(Mismatch) {
        guard let type = JSONTypes.Letter(rawValue: letter), type.shape == nodes[index].shape else { throw Mismatch() }
        nodes[index].type = type
    }

    private func peek() throws(Mismatch) -> UInt8 {
        guard position < text.count else { throw Mismatch() }
        return text[position]
    }

    private mutating func skipBlanks() {
        while position < text.count, text[position] <= 32 { position += 1 }
    }

    private mutating func skipString() throws(Mismatch) {
        guard try peek() == UInt8(ascii: "\"") else { throw Mismatch() }
        position += 1
        while try peek() != UInt8(ascii: "\"") { position += text[position] == UInt8(ascii: "\\") ? 2 : 1 }
        position += 1
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte <= 32 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
    }
}
