extension MySQLError {
    /// The server's text without values of rows, which it likes to quote: failures are logged and shown, rows are not.
    package var redactedMessage: String {
        switch code.rawValue {
        case 1062, 1586: message.hiding(from: "entry '", to: "' for key")
        // Syntax errors quote the rest of the statement.
        case 1064, 1149: message.hiding(from: "near '", to: "' at line")
        case 1292, 1366, 1411, 1525: message.hiding(from: ": '", to: "' for column")
        case 3140, 3141, 4025, 4079: message.hiding(from: ": \"", to: "\"")
        default: message
        }
    }
}

extension String {
    /// Puts an ellipsis in the place of what stands between two marks; up to the end when the second is missing.
    fileprivate func hiding(from begin: String, to end: String) -> String {
        guard let start = firstRange(of: begin) else { return self }
        let tail = String(self[start.upperBound...])
        guard let stop = tail.lastRange(of: end) else { return self[..<start.upperBound] + "…" }
        return self[..<start.upperBound] + "…" + tail[stop.lowerBound...]
    }

    private func firstRange(of text: String) -> Range<Index>? { ranges(of: text).first }
    private func lastRange(of text: String) -> Range<Index>? { ranges(of: text).last }
}
