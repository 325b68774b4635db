import Yams

/// One value of the file with the path of its field. Reading it as something that it is not adds a problem.
struct Value {
    let node: Node
    let path: String
    let report: Report

    var isNothing: Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    var isMapping: Bool {
        if case .mapping = node { true } else { false }
    }

    /// The text of a scalar other than null, also of one that YAML would take for a number or a date.
    var scalar: String? {
        guard case .scalar(let scalar) = node, !isNothing else { return nil }
        return scalar.string
    }

    /// What is there, in words.
    var found: String {
        switch node {
        case .scalar(let scalar): isNothing ? "found nothing" : "found '\(scalar.string)'"
        case .mapping: "found a mapping"
        case .sequence: "found a list"
        case .alias: "found an alias"
        }
    }

    func problem(_ message: String) {
        report.add(node.mark, path, message)
    }

    /// - Parameter allowed: what the text is, for the message.
    func text(_ allowed: String) -> String? {
        guard let scalar, !scalar.isEmpty else {
            problem("\(scalar == nil ? found : "found an empty text"); allowed: \(allowed)")
            return nil
        }
        return scalar
    }

    func number(_ range: ClosedRange<Int>, or other: Int? = nil) -> Int? {
        let isPlain = if case .scalar(let scalar) = node { scalar.style == .plain || scalar.style == .any } else { false }
        if isPlain, let scalar, let number = Int(scalar), range.contains(number) || number == other { return number }
        let upper = range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
        let otherwise = other.map { ", or \($0)" } ?? ""
        problem("\(found); allowed: a whole number, \(upper)\(otherwise)")
        return nil
    }

    func word<Word: RawRepresentable & CaseIterable>(_ type: Word.Type = Word.self) -> Word? where Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue)
        return word(words).flatMap(Word.init(rawValue:))
    }

    /// - Parameter also: forms other than a single word, for the message.
    func word(_ words: [String], also: String? = nil) -> String? {
        if let scalar, words.contains(scalar) { return scalar }
        let hint = scalar.flatMap { Spelling.nearest(to: $0, in: words) }.map { "; did you mean '\($0)'?" } ?? ""
        let allowed = words.joined(separator: ", ") + (also.map { ", \($0)" } ?? "")
        problem("\(found)\(hint); allowed: \(allowed)")
        return nil
    }

    /// - Parameter allowed: what the list holds, for the message.
    func list(_ allowed: String, atLeastOne: Bool = false) -> [Value]? {
        guard case .sequence(let sequence) = node else {
            problem("\(found); allowed: a list of \(allowed)")
            return nil
        }
        if atLeastOne, sequence.isEmpty { problem("found an empty list; allowed: a list of at least one of \(allowed)") }
        return sequence.enumerated().map { index, node in
            Value(node: node, path: "\(path)[\(index)]", report: report)
        }
    }

    /// - Parameter allowed: every field that may be there; each other one adds a problem.
    func fields(_ allowed: [String]) -> Fields? {
        guard case .mapping(let mapping) = node else {
            problem("\(found); allowed: a mapping with \(allowed.joined(separator: ", "))")
            return nil
        }
        return Fields(mapping, at: self, allowed: allowed)
    }
}
