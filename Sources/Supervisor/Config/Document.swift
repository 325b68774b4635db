import Yams

/// Reads YAML into nodes that know their lines.
enum Document {
    /// More repeated keys than this in one file are not told one by one.
    private static let repetitionLimit = 64

    /// - Returns: nil when the text is not YAML or holds nothing; the report then says where it goes wrong.
    static func root(of text: String, report: Report) -> Value? {
        var text = text
        while report.repeated.count < repetitionLimit {
            do {
                if let node = try Parser(yaml: text).singleRoot() {
                    return Value(node: node, path: "", report: report)
                }
                report.add(nil, "", "found nothing; allowed: a YAML mapping")
                return nil
            } catch let YamlError.duplicatedKeysInMapping(keys, context) {
                guard replaceKey(at: context.mark, anyOf: keys, in: &text, report: report) else {
                    let words = keys.map { "'\($0)'" }.joined(separator: ", ")
                    report.add(context.mark, "", "found more than once in one mapping: \(words); allowed: once")
                    return nil
                }
            } catch {
                addSyntaxError(error, report: report)
                return nil
            }
        }
        report.add(nil, "", "found more than \(repetitionLimit) repeated keys; allowed: each key once")
        return nil
    }

    /// The parser gives up at the first mapping with a repeated key. Replacing the key's first letter by one of Unicode's
    /// private letters lets it go on without moving anything, so that the rest of the file is checked too.
    private static func replaceKey(at mark: Mark, anyOf keys: [String], in text: inout String, report: Report) -> Bool {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
        guard lines.indices.contains(mark.line - 1) else { return false }
        var start = mark.column - 1
        let line = lines[mark.line - 1]
        if line.indices.contains(start), line[start] == "'" || line[start] == "\"" { start += 1 }
        let written = line.dropFirst(start)
        guard start < line.count, let key = keys.filter({ written.starts(with: $0.unicodeScalars) }).max(by: { $0.count < $1.count }),
            let standIn = Unicode.Scalar(0xE000 + UInt32(report.repeated.count)), !key.isEmpty
        else { return false }
        lines[mark.line - 1][start] = standIn
        text = lines.map { line in
            var view = String.UnicodeScalarView()
            view.append(contentsOf: line)
            return String(view)
        }.joined(separator: "\n")
        var replaced = String.UnicodeScalarView([standIn])
        replaced.append(contentsOf: key.unicodeScalars.dropFirst())
        report.repeated[String(replaced)] = key
        return true
    }

    /// The text of the file is not part of the message: it may hold a password.
    private static func addSyntaxError(_ error: any Error, report: Report) {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            report.add(mark, "", "not YAML: \(problem)")
        case YamlError.reader(let problem, _, _, _):
            report.add(nil, "", "not YAML: \(problem)")
        default:
            report.add(nil, "", "not YAML")
        }
    }
}
