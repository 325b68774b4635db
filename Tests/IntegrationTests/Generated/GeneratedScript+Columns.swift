import WorkloadKit

/// Definitions of columns.
extension GeneratedScript {
    private static let comments = [
        "a comment; with, 'things'", "it''s", "(", "/* not one */", "-- nor this", "FIRST", ", ADD COLUMN x INT", "`", "\"", "\\", "ü",
    ]

    var isLatin: Bool { session.settings.contains("SET NAMES latin1") }

    /// A comment's text as a literal.
    mutating func comment() -> String {
        session.literal(random.pick(Self.comments))
    }

    /// What stands behind a column's name.
    ///
    /// - Parameter others: columns that a generated one may be made of.
    mutating func definition(_ type: String, name: String, others: [String], isKey: Bool = false) -> [String] {
        let isText = type.hasPrefix("VARCHAR") || type.hasPrefix("CHAR(")
        if !isKey, !others.isEmpty, random.chance(8) { return generated(type, from: random.pick(others)) }
        var words = [type]
        if isText, random.chance(20) {
            words += [
                random.pick([
                    "CHARACTER SET latin1", "CHARACTER SET utf8mb4", "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "CHARSET utf8mb3",
                ])
            ]
        }
        if isKey {
            if random.chance(50) { words += ["NOT NULL"] }
        } else {
            if random.chance(15) {
                words += ["NOT NULL DEFAULT", standard(type)]
            } else if random.chance(15) {
                words += ["DEFAULT", standard(type)]
            }
            if random.chance(6) { words += ["INVISIBLE"] }
        }
        if random.chance(12) { words += ["COMMENT", comment()] }
        if !isKey, random.chance(3) { words += ["CHECK", check(self.name(name), type)] }
        return words
    }

    mutating func generated(_ type: String, from other: String) -> [String] {
        let source = name(other)
        let expression =
            switch GeneratedValue.Family(type.lowercased()) {
            case .number: "\(source) + 1"
            case .time: "\(source) + INTERVAL 1 DAY"
            default: "CONCAT(\(source), 'g')"
            }
        let longer = type.hasPrefix("CHAR(") ? "VARCHAR(60)" : type
        return [longer] + (random.chance(50) ? ["GENERATED ALWAYS"] : []) + [
            "AS", "(\(expression))", random.chance(50) ? "STORED" : "VIRTUAL",
        ]
    }

    /// A value that columns get where none is given.
    func standard(_ type: String) -> String {
        switch GeneratedValue.Family(type.lowercased()) {
        case .number: "\(counter)"
        case .time: "'2020-01-02 03:04:05'"
        default: "'d\(counter)'"
        }
    }

    /// A condition that holds for everything that is written.
    func check(_ name: String, _ type: String) -> String {
        switch GeneratedValue.Family(type.lowercased()) {
        case .number: "(\(name) < 1e18)"
        case .time: "(\(name) > '1900-01-01')"
        default: "(CHAR_LENGTH(\(name)) < 200)"
        }
    }

    /// Where a column comes to stand.
    mutating func place(_ table: GeneratedTable, _ extra: [String] = []) -> [String] {
        switch random.number(0...3) {
        case 0: []
        case 1: ["FIRST"]
        default: ["AFTER", name(random.pick(table.columns.map(\.name) + extra))]
        }
    }
}
