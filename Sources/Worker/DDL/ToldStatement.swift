import WorkerBinlog

/// A statement as people may read it: in messages that leave the server, where neither rows nor passwords belong.
package enum ToldStatement {
    private static let longest = 500

    /// Keywords, names and numbers; texts are `'?'`, comments are left out, and so is what does not print.
    ///
    /// Where a server may see the end of a text elsewhere (it has a backslash, or bytes that are no UTF-8), nothing is told
    /// from there on.
    package static func text(of statement: [UInt8]) -> String {
        var bytes = statement
        if String(validating: statement, as: UTF8.self) == nil {
            bytes = Array(statement.prefix { $0 < 0x80 })
        }
        let isDoubtful = bytes.count < statement.count || bytes.contains(UInt8(ascii: "\\"))
        var result = ""
        var end = 0
        for token in SQLToken.all(of: bytes) {
            if token.range.lowerBound > end, !result.isEmpty { result += " " }
            end = token.range.upperBound
            if token.kind == .string {
                result += "'?'"
                if isDoubtful { return result + " …" }
            } else {
                result += String(decoding: bytes[token.range], as: UTF8.self)
            }
            if result.unicodeScalars.count > longest { break }
        }
        let printable = result.unicodeScalars.prefix(longest).map { isPrinted($0) ? Character($0) : "?" }
        return String(printable) + (end < bytes.count || bytes.count < statement.count ? " …" : "")
    }

    private static func isPrinted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
