import WorkloadKit

/// Definitions of columns.
extension GeneratedScript {
    private static let comments = [
        "a comment; with, 'things'", "it''s", "(", "/* not one */", "-- nor this", "FIRST", ", ADD COLUMN x INT", "`", "\"", "\\", "ü",
    ]

    /// A comment's text as a literal.
    mutating func comment() -> String {
        session.literal(random.pick(Self.comments))
    }

    /// What stands behind a column's name.
    ///
    /// - Parameters:
    ///   - others: columns that a generated one may be made of.
    ///   - isNew: the table has no rows yet.
    mutating func definition(_ type: String, name: String, others: [String], isKey: Bool = false, isNew: Bool = false) -> [String] {
        if !isKey, !others.isEmpty, random.chance(8) { return generated(type, from: random.pick(others)) }
        if !isKey, random.chance(5) { return [random.pick(GeneratedValue.others(options.kind))] + (random.chance(50) ? ["NULL"] : []) }
        var words = [type] + characterSet(of: type)
        if isKey {
            if random.chance(50) { words += ["NOT NULL"] }
        } else {
            if random.chance(15) {
                words += ["NOT NULL DEFAULT", anyStandard(type, isNew: isNew)]
            } else if random.chance(20) {
                words += ["DEFAULT", anyStandard(type, isNew: isNew)]
            } else if random.chance(8) {
                words += [random.pick(["NULL", "DEFAULT NULL", "NULL DEFAULT NULL"])]
            }
            if GeneratedValue.Family(type.lowercased()) == .time, random.chance(20) {
                words += ["ON UPDATE", type.contains("(3)") ? "NOW(3)" : "CURRENT_TIMESTAMP"]
            }
            if random.chance(6) { words += ["INVISIBLE"] }
            if isNew, random.chance(3) { words += [random.pick(["UNIQUE", "UNIQUE KEY"])] }
        }
        if random.chance(12) { words += ["COMMENT", comment()] }
        if !isMariaDB { words += attributesOfMySQL(isKey: isKey) }
        if !isKey, random.chance(4) { words += checkOfColumn(self.name(name), type) }
        return words
    }

    private mutating func characterSet(of type: String) -> [String] {
        guard type.hasPrefix("VARCHAR") || type.hasPrefix("CHAR(") else { return [] }
        if random.chance(20) {
            return [
                random.pick([
                    "CHARACTER SET latin1", "CHARACTER SET utf8mb4", "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "CHARSET utf8mb3", "CHARSET utf8",
                    "CHARACTER SET 'latin1'", "CHARACTER SET utf8mb4 BINARY", "CHARACTER SET ucs2", "CHARACTER SET utf16le",
                ])
            ]
        }
        return random.chance(6) ? [random.pick(["ASCII", "UNICODE", "BINARY", "COLLATE utf8mb4_unicode_ci", "BINARY ASCII"])] : []
    }

    private mutating func attributesOfMySQL(isKey: Bool) -> [String] {
        if !isKey, random.chance(3) { return ["VISIBLE"] }
        if random.chance(3) { return ["COLUMN_FORMAT", random.pick(["FIXED", "DYNAMIC", "DEFAULT"])] }
        if random.chance(2) { return ["STORAGE", random.pick(["DISK", "MEMORY"])] }
        return random.chance(2) ? ["SECONDARY_ENGINE_ATTRIBUTE", random.chance(50) ? "'{\"a\": 1}'" : "= '{}'"] : []
    }

    private mutating func checkOfColumn(_ name: String, _ type: String) -> [String] {
        let begin = !isMariaDB && random.chance(40) ? ["CONSTRAINT", self.name("k\(counter)")] : []
        return begin + ["CHECK", check(name, type)] + (isMariaDB ? [] : random.pick([[], [], ["NOT ENFORCED"], ["ENFORCED"]]))
    }

    mutating func generated(_ type: String, from other: String) -> [String] {
        let source = name(other)
        let family = GeneratedValue.Family(type.lowercased())
        let expression =
            switch family {
            case .number: random.pick(["\(source) + 1", "\(source) DIV 2", "IF(\(source) > 5, \(source), 5)", "ABS(\(source))"])
            case .time: "\(source) + INTERVAL 1 DAY"
            case .text: random.pick(["CONCAT(\(source), 'g')", "CONCAT(\(source), ' AFTER, ')", "UPPER(\(source))"])
            default: "CONCAT(\(source), 'g')"
            }
        let longer = type.hasPrefix("CHAR(") || family == .uuid || family == .address ? "VARCHAR(80)" : type
        var words = [longer] + (random.chance(50) ? ["GENERATED ALWAYS"] : []) + ["AS", "(\(expression))"]
        // What is stored of a TIMESTAMP depends on who writes the row, which the product refuses.
        let isVirtual = type.hasPrefix("TIMESTAMP")
        words += [isVirtual ? "VIRTUAL" : random.pick(isMariaDB ? ["STORED", "VIRTUAL", "PERSISTENT"] : ["STORED", "VIRTUAL"])]
        if !isMariaDB, random.chance(8) { words += ["NULL"] }
        if random.chance(6) { words += ["INVISIBLE"] }
        if random.chance(8) { words += ["COMMENT", comment()] }
        return words
    }

    /// A value that columns get where none is given.
    func standard(_ type: String) -> String {
        switch GeneratedValue.Family(type.lowercased()) {
        case .number: "\(counter)"
        case .time: "'2020-01-02 03:04:05'"
        case .uuid: "'00000000-0000-4000-8000-00000000000c'"
        case .address: "'fd00::c:1'"
        default: "'d\(counter)'"
        }
    }

    /// The same in any form. Where there are rows, it must not be by chance.
    mutating func anyStandard(_ type: String, isNew: Bool) -> String {
        if random.chance(60) { return standard(type) }
        switch GeneratedValue.Family(type.lowercased()) {
        case .number:
            return random.pick(
                ["+\(counter)", "(\(counter))", "(1 + \(counter))", "'\(counter)'", "\(counter).0", "0", "(LENGTH('a,b'))", "TRUE"]
                    + (isNew ? ["(FLOOR(RAND() * 100) * 4000000)"] : []))
        case .time:
            return random.pick([
                "TIMESTAMP'2020-01-02 03:04:05'", "20200102030405", "('2020-01-02' + INTERVAL 1 DAY)",
                type.contains("(3)") ? "CURRENT_TIMESTAMP(3)" : "CURRENT_TIMESTAMP", type.contains("(3)") ? "NOW(3)" : "LOCALTIME()",
                type.contains("(3)") ? "LOCALTIMESTAMP(3)" : "NOW()",
            ])
        case .text:
            return random.pick(
                [
                    "_utf8mb4'd'", "N'n'", "X'64'", "0x6465", "b'1100100'", "(CONCAT('d', 1))", "('a''b')", "''", "' FIRST'", "'), ADD x INT'",
                    "(UPPER('x'))", "_latin1'l'", "('it' 's')", "'ü'",
                ] + (isNew ? ["(LEFT(UUID(), 20))"] : []))
        case .bytes: return random.pick(["X'64'", "0x6465", "(CONCAT('d', 1))", "(UNHEX('41'))", "''"])
        default: return standard(type)
        }
    }

    /// A condition that holds for everything that is written.
    func check(_ name: String, _ type: String) -> String {
        switch GeneratedValue.Family(type.lowercased()) {
        case .number: "(\(name) < 1e18)"
        case .time: "(\(name) > '1900-01-01')"
        case .text, .bytes: "(CHAR_LENGTH(\(name)) < 200)"
        default: "(\(name) IS NULL OR \(name) IS NOT NULL)"
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
