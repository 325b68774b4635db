package import WorkerSchema

/// In whose name a view works.
extension MappedStatement {
    /// The definer that a CREATE VIEW or ALTER VIEW names; nil for a role, and where it names none.
    package var definer: Account? {
        let head = viewHead
        guard let clause = head.definer else { return nil }
        // DEFINER = user @ host
        let names = head.tokens[clause].dropFirst(2).filter { !$0.isPunctuation("@") }.compactMap(\.identifier)
        return names.count == 2 ? Account(user: names[0], host: names[1]) : nil
    }

    /// The same as a view of whoever executes it, that checks the rights of whoever reads it.
    package var asInvoker: MappedStatement {
        let head = viewHead
        guard let view = head.view else { return self }
        var edits: [(range: Range<Int>, text: String)] = []
        if let clause = head.definer, let first = head.tokens[clause].first, let last = head.tokens[clause].last {
            edits.append((first.range.lowerBound..<last.range.upperBound, ""))
        }
        if let security = head.security {
            edits.append((head.tokens[security].range, "INVOKER"))
        } else {
            let place = head.tokens[view].range.lowerBound
            edits.append((place..<place, "SQL SECURITY INVOKER "))
        }
        var result = self
        result.bytes = Self.edited(bytes, edits)
        return result
    }

    /// Where the parts before the view's name stand.
    private var viewHead: (tokens: [SQLToken], view: Int?, definer: Range<Int>?, security: Int?) {
        let tokens = tokens
        guard let view = tokens.firstIndex(where: { $0.isWord("VIEW") }) else { return (tokens, nil, nil, nil) }
        let security = tokens[..<view].firstIndex { $0.isWord("SECURITY") }.map { $0 + 1 }
        let definer = tokens[..<view].firstIndex { $0.isWord("DEFINER") }.flatMap { start -> Range<Int>? in
            // Not that of SQL SECURITY DEFINER.
            guard start + 2 < view, tokens[start + 1].isPunctuation("=") else { return nil }
            let hasHost = start + 4 < view && tokens[start + 3].isPunctuation("@")
            return start..<start + (hasHost ? 5 : 3)
        }
        return (tokens, view, definer, security)
    }
}
