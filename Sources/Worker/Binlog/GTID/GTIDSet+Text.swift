/// The server's text form: `uuid:1-5:7,uuid:tag:1-3`. A tag holds for the intervals after it.
extension GTIDSet: CustomStringConvertible, LosslessStringConvertible {
    /// nil when the text is no GTID set. Blanks, line ends and empty parts are taken as the server takes them.
    package init?(_ text: String) {
        for part in text.split(separator: ",") {
            let part = part.trimmingBlanks()
            if part.isEmpty { continue }
            let fields = part.split(separator: ":", omittingEmptySubsequences: false).map { $0.trimmingBlanks() }
            guard let first = fields.first, let source = ServerUUID(first) else { return nil }
            var tag = ""
            for field in fields.dropFirst() {
                if field.isEmpty { continue }
                if let range = GTIDSet.interval(field) {
                    insert(range, of: Origin(source: source, tag: tag))
                } else if let name = GTIDSet.tag(field) {
                    tag = name
                } else {
                    return nil
                }
            }
        }
    }

    /// `n` or `n-m`; nil when it is something else. An interval that ends before it begins is empty.
    private static func interval(_ text: Substring) -> Range<Int64>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { number($0.trimmingBlanks()) }
        guard let first = ends.first, let start = first, start > 0, ends.count <= 2 else { return nil }
        guard ends.count == 2 else { return start..<(start + 1) }
        guard let end = ends[1] else { return nil }
        return end < start ? start..<start : start..<(end + 1)
    }

    private static func number(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int64(text).flatMap { $0 < Int64.max ? $0 : nil }
    }

    /// A letter or underscore, then up to 31 letters, digits and underscores; upper case is folded.
    static func tag(_ text: Substring) -> String? {
        guard let first = text.utf8.first, text.utf8.count <= 32, !(first >= 48 && first <= 57) else { return nil }
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "_"): true
            default: false
            }
        }
        return isName ? text.lowercased() : nil
    }

    /// As the server prints it: sources sorted, the tags of a source after its untagged numbers, no blanks.
    package var description: String {
        var text = ""
        var source: ServerUUID?
        for origin in origins {
            if origin.source != source {
                if source != nil { text += "," }
                text += origin.source.description
                source = origin.source
            }
            if !origin.tag.isEmpty { text += ":\(origin.tag)" }
            for range in intervals(of: origin) {
                let last = range.upperBound - 1
                text += range.lowerBound == last ? ":\(last)" : ":\(range.lowerBound)-\(last)"
            }
        }
        return text
    }
}

extension Substring {
    func trimmingBlanks() -> Substring {
        func isBlank(_ character: Character) -> Bool {
            character == " " || character == "\n" || character == "\t" || character == "\r" || character == "\r\n"
        }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return ""
        }
        return self[first...last]
    }
}
