import WorkloadKit

/// Names that a reader of statements could take for something else.
enum GeneratedNames {
    /// Of columns. The place in the list is the number that a column's values tell.
    static let columns: [String] =
        [
            "first", "last", "after", "key", "check", "add", "column", "index", "unique", "primary", "constraint", "partition",
            "default", "select", "from", "as", "like", "to", "drop", "change", "modify", "rename", "generated", "virtual", "comment",
            "references", "foreign", "period", "system", "versioning", "if", "exists", "ignore", "visible", "invisible", "order", "by",
            "stored", "always", "engine", "algorithm", "lock", "it's", "b`t", "``", "d\"q", "a b", " lead", "ünï", "日本", "x;y", "--z",
            "/*c*/", "/*!x", "#h", "a,b", "(p", "p)", "a.b", "100", "1e5", "\\s", "\\", "@v", "'", "\"", "é,", "c(1)", "AFTER `first`",
        ] + (0..<20).map { "c\($0)" } + (0..<3).map { String(repeating: "l", count: 63) + "\($0)" }
        + (0..<2).map { String(repeating: "ü", count: 63) + "\($0)" }

    static let numbers: [String: Int] = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })

    /// Of tables. Those of the second list are written by A alone.
    static let shared = [
        "t", "table", "first", "like", "to", "if", "exists", "ü b", "x`y", "q'r", "d\"e", "semi;colon", "a.b", "--t", "/*t*/", "t1", "t2",
        "t3", "t4", "select", "日", String(repeating: "t", count: 64), "partition", "rename",
    ]
    static let solo = (0..<8).map { "solo\($0)" } + ["solo `", "solo '", "solo ü", "solo to", "solo,", "solo.x"]

    static func isSolo(_ table: String) -> Bool { table.hasPrefix("solo") }

    /// Words that no server takes for a name unless they are quoted.
    private static let reserved: Set<String> = [
        "key", "check", "add", "column", "index", "unique", "primary", "constraint", "partition", "default", "select", "from", "as", "like",
        "to", "drop", "change", "rename", "generated", "virtual", "references", "foreign", "if", "exists", "ignore", "order", "by",
        "stored", "lock", "table",
    ]

    /// The name as a statement has it, quoted or not as chance has it.
    static func written(_ name: String, ansi: Bool, _ random: inout SeededRandom) -> String {
        let isPlain = name.utf8.allSatisfy { $0 >= 97 && $0 <= 122 || $0 >= 48 && $0 <= 57 } && name.utf8.first.map { $0 >= 97 } ?? false
        if isPlain, !reserved.contains(name), random.chance(50) { return name }
        if ansi, random.chance(60) { return "\"" + name.replacing("\"", with: "\"\"") + "\"" }
        return "`" + name.replacing("`", with: "``") + "`"
    }
}
