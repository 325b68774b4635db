import FoundationEssentials
import SyncModel

/// Reads the settings that tasks and pairs have in common, and the forms that take more than a word.
enum SettingsReader {
    static func limits(_ value: Value?) -> Limits {
        var limits = Limits()
        guard let fields = value?.fields(["rows_per_second", "load_threads", "apply_threads"]) else { return limits }
        limits.rowsPerSecond = fields["rows_per_second"]?.number(0...Int.max) ?? limits.rowsPerSecond
        limits.loadThreads = fields["load_threads"]?.number(1...64) ?? limits.loadThreads
        limits.applyThreads = fields["apply_threads"]?.number(1...64) ?? limits.applyThreads
        return limits
    }

    static func retryMinutes(_ value: Value?) -> Int {
        value?.number(5...720, or: 0) ?? 60
    }

    static func billing(_ value: Value?) -> TaskSpec.Billing {
        value?.word() ?? .payAsYouGo
    }

    static func ownerEmail(_ value: Value?) -> String? {
        value?.fields(["email"])?.required("email", "an address")?.mailAddress()
    }

    /// `immediate`, or `{at: TIME}`.
    static func runAt(_ value: Value?) -> String? {
        guard let value else { return nil }
        guard value.isMapping else {
            _ = value.word(["immediate"], also: "{at: TIME}")
            return nil
        }
        let what = "a time such as 2026-12-01T02:00:00Z"
        guard let at = value.fields(["at"])?.required("at", what), let text = at.text(what) else { return nil }
        let styles = [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)]
        if !styles.contains(where: { (try? $0.parse(text)) != nil }) { at.problem("\(at.found); allowed: \(what)") }
        return text
    }

    static func conflict(_ value: Value?) -> ConflictPolicy {
        guard let value else { return .report }
        if value.isMapping {
            switch newest(value) {
            case .commitTime: return .newestCommitTime
            case .column(let column): return .newest(column: column)
            case nil: return .report
            }
        }
        let word = value.word(["report", "ignore", "overwrite"], also: newestForms)
        return word.flatMap(ConflictPolicy.init(word:)) ?? .report
    }

    static func prevails(_ value: Value?) -> PairSpec.Prevails {
        guard let value else { return .none }
        if value.isMapping {
            switch newest(value) {
            case .commitTime: return .newestCommitTime
            case .column(let column): return .newest(column: column)
            case nil: return .none
            }
        }
        switch value.word(["a", "b", "none"], also: newestForms) {
        case "a": return .a
        case "b": return .b
        default: return .none
        }
    }

    static func initialization(_ value: Value?) -> Set<TaskSpec.Initialization> {
        guard let value else { return [.structure, .data] }
        return Set(words(value, of: TaskSpec.Initialization.self))
    }

    /// - Parameter ddlAllowed: false in a pair, where `ddl` says the direction.
    static func sql(_ value: Value?, ddlAllowed: Bool) -> SQLSelection {
        guard let value else { return SQLSelection() }
        let words = ["insert", "update", "delete"] + (ddlAllowed ? ["ddl"] : [])
        var selection = SQLSelection(insert: false, update: false, delete: false)
        guard let values = value.list(words.joined(separator: ", "), atLeastOne: true) else { return selection }
        var seen: Set<String> = []
        for value in values {
            var word: String?
            if ddlAllowed, value.isMapping {
                guard let kinds = value.fields(["ddl"])?.required("ddl", "a list of kinds") else { continue }
                word = "ddl"
                selection.ddl = .kinds(Set(Self.words(kinds, of: DDLKind.self).map(\.rawValue)))
            } else {
                word = value.word(words, also: ddlAllowed ? "{ddl: [KIND, …]}" : nil)
                if word == "ddl" { selection.ddl = .all }
            }
            guard let word else { continue }
            if !seen.insert(word).inserted { value.problem("found '\(word)' again; allowed: each once") }
            switch word {
            case "insert": selection.insert = true
            case "update": selection.update = true
            case "delete": selection.delete = true
            default: break
            }
        }
        return selection
    }

    private enum Newest { case commitTime, column(String) }
    private static let newestForms = "{newest: COLUMN}, {newest: commit-time}"

    private static func newest(_ value: Value) -> Newest? {
        let what = "the name of a column, or commit-time"
        guard let text = value.fields(["newest"])?.required("newest", what)?.text(what) else { return nil }
        return text == "commit-time" ? .commitTime : .column(text)
    }

    private static func words<Word: RawRepresentable & CaseIterable & Hashable>(_ value: Value, of type: Word.Type)
        -> [Word]
    where Word.RawValue == String {
        var seen: Set<Word> = []
        return (value.list(Word.allCases.map(\.rawValue).joined(separator: ", ")) ?? []).compactMap { value in
            guard let word = value.word(Word.self) else { return nil }
            if !seen.insert(word).inserted { value.problem("found '\(word.rawValue)' again; allowed: each once") }
            return word
        }
    }
}
