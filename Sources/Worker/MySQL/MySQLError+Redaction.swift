import SyncModel

extension MySQLError {
    /// The server's text on one line, without values of rows, which it likes to quote: failures are logged and shown, rows are not.
    ///
    /// Only texts of numbers that are known to name nothing but objects, settings and accounts are shown as they are; all others lose what
    /// they quote, and every number in them.
    package var redactedMessage: String { withoutValues.visibleOnOneLine }

    private var withoutValues: String {
        switch code.rawValue {
        case 1062, 1586: return message.hiding(from: "entry '", to: "' for key")
        // Syntax errors quote the rest of the statement.
        case 1064, 1149: return message.hiding(from: "near '", to: "' at line")
        case 1292, 1366, 1411, 1525: return message.hiding(from: ": '", to: "' for column")
        case 1526: return message.hiding(from: "for value ", to: nil)
        case 3140, 3141, 4025, 4079: return message.hiding(from: ": \"", to: "\"")
        // SIGNAL: the text is whatever a trigger or a routine has put together.
        case 1644, 1645: return "a trigger or a routine has raised an error of its own, whose text is not shown: it may hold values of rows"
        default: return HarmlessErrors.contains(code.rawValue) ? message : message.withoutQuotes
        }
    }
}

/// Numbers whose texts hold no values of rows: names of objects, columns, accounts, settings and files, sizes and numbers of errors.
///
/// Sources: https://dev.mysql.com/doc/mysql-errors/9.0/en/server-error-reference.html, …/client-error-reference.html and
/// https://mariadb.com/kb/en/mariadb-error-code-reference/. What is not here is not known to be harmless.
enum HarmlessErrors {
    private static let ranges: [ClosedRange<UInt32>] = [
        // What the server's system could not do with its files.
        1...33,
        // Files, databases, tables, columns, keys, accounts, connections.
        1000...1061, 1063...1063, 1065...1104, 1106...1135, 1137...1138, 1140...1148, 1150...1161, 1163...1190, 1192...1199,
        // Replication, locks, foreign keys, privileges, storage engines.
        1200...1263, 1264...1266, 1267...1291, 1293...1299, 1301...1364, 1368...1398, 1399...1410, 1412...1415, 1417...1440, 1442...1466,
        // Partitions, views, log formats, XA, key lengths.
        1481...1524, 1527...1585, 1587...1643, 1646...1689, 1691...1696, 1698...1736, 1738...1747, 1749...1771, 1773...1814, 1816...1862,
        1864...1917, 1919...1975,
        // The client library: addresses, files, TLS.
        2000...2069, 5000...5020,
        // Version 5.7 and later: read-only states, GTIDs, resource groups, timeouts, check constraints, invisible columns.
        3000...3036, 3056...3136, 3152...3155, 3158...3170, 3500...3615, 3618...3702, 3705...3902, 4000...4024, 4026...4078, 4080...4200,
    ]

    /// Within the ranges, but with a value or a text of somebody else's.
    private static let others: Set<UInt32> = [
        1105, 1139, 1191, 1210, 1291, 1300, 1365, 1367, 1411, 1416, 1432, 1433, 1441, 1526, 1557, 1569, 1592, 1663, 1665, 1676, 1690,
        1697, 1710, 1711, 1737, 1741, 1748, 1761, 1762, 1772, 1815, 1863, 1901, 1912, 1916, 1917, 1918, 3026, 3032, 3057, 3069, 3106,
        3140, 3141, 3143, 3144, 3145, 3146, 3156, 3157, 3505, 3616, 3617, 3669, 3676, 3685, 3686, 3700, 3732, 3751, 3752, 3854, 3903,
        3904, 4038, 4042, 4078, 4088, 4089, 4095, 4096, 4133, 4153,
    ]

    static func contains(_ code: UInt32) -> Bool { !others.contains(code) && ranges.contains { $0.contains(code) } }
}

extension String {
    /// Puts an ellipsis in the place of what stands between two marks; up to the end when the second is missing.
    fileprivate func hiding(from begin: String, to end: String?) -> String {
        // A text in another form than the expected one.
        guard let start = firstRange(of: begin) else { return withoutQuotes }
        let tail = String(self[start.upperBound...])
        guard let end, let stop = tail.lastRange(of: end) else { return self[..<start.upperBound] + "…" }
        return self[..<start.upperBound] + "…" + tail[stop.lowerBound...]
    }

    /// Without anything from the first quotation mark to the last one of its kind, and without numbers. An apostrophe in a word is no
    /// mark.
    fileprivate var withoutQuotes: String {
        var text = self
        for mark in ["'", "\""] as [Character] {
            guard let first = text.indices.first(where: { text[$0] == mark && !text.isApostrophe($0) }) else { continue }
            let inner = text.index(after: first)
            let last = text[inner...].lastIndex(of: mark) ?? text.endIndex
            text = text[..<inner] + "…" + text[last...]
        }
        var result = ""
        var isHiding = false
        for character in text {
            // `utf8mb4` is a name.
            let isInName = result.last.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
            if character.isNumber, isHiding || !isInName {
                if !isHiding { result.append("…") }
                isHiding = true
            } else {
                result.append(character)
                isHiding = false
            }
        }
        return result
    }

    private func isApostrophe(_ place: Index) -> Bool {
        guard place > startIndex, index(after: place) < endIndex else { return false }
        return self[index(before: place)].isLetter && self[index(after: place)].isLetter
    }

    private func firstRange(of text: String) -> Range<Index>? { ranges(of: text).first }
    private func lastRange(of text: String) -> Range<Index>? { ranges(of: text).last }
}
