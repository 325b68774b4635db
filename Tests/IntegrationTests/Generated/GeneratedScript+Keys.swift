import WorkloadKit

/// Keys, checks and foreign keys, as parts of CREATE TABLE and ALTER TABLE and as statements.
extension GeneratedScript {
    /// A key's definition as CREATE TABLE has it and ALTER TABLE behind ADD.
    /// - Parameter isInnoDB: the table is of InnoDB and stays so: other engines keep less of a key.
    mutating func key(_ columns: [GeneratedTable.Column], isUnique: Bool, isInnoDB: Bool, isIfAbsent: Bool = false) -> [String] {
        var words: [String] = []
        if isUnique {
            if random.chance(30) { words += ["CONSTRAINT"] + (random.chance(60) ? [name("c\(counter)")] : []) }
            words += [random.pick(["UNIQUE", "UNIQUE KEY", "UNIQUE INDEX"])]
        } else {
            words += [random.pick(["INDEX", "KEY"])]
        }
        if isIfAbsent { words += ["IF NOT EXISTS"] }
        // Without a name it gets the first column's.
        if isIfAbsent || random.chance(70) { words += [name("\(isUnique ? "u" : "i")\(counter)_\(random.number(0...9))")] }
        // A unique key of MariaDB by hash has a hidden column, which the product refuses.
        let byHash = isMariaDB && isUnique ? [] : ["USING HASH"]
        if random.chance(10) { words += [random.pick(["USING BTREE", "TYPE BTREE"] + byHash)] }
        return words + [parts(columns, isUnique: isUnique, isInnoDB: isInnoDB)] + optionsOfKey(isInnoDB: isInnoDB)
    }

    /// Columns of a key in parentheses.
    private mutating func parts(_ columns: [GeneratedTable.Column], isUnique: Bool, isInnoDB: Bool) -> String {
        let count = random.chance(75) ? 1 : min(columns.count, random.number(2...3))
        return list(columns.shuffled(using: &random).prefix(count).map { part($0, isWhole: isUnique, isInnoDB: isInnoDB) })
    }

    /// A column in an index, in whole or in part, or what is computed from it.
    private mutating func part(_ column: GeneratedTable.Column, isWhole: Bool, isInnoDB: Bool) -> String {
        if !isMariaDB, random.chance(8) {
            switch column.family {
            case .number: return "((\(name(column.name)) + 1))"
            case .text: return "((CONCAT(\(name(column.name)), 'x, y')))"
            default: break
            }
        }
        let isLong = column.family == .text || column.family == .bytes
        let length = isLong && !isWhole && random.chance(20) ? "(5)" : ""
        return name(column.name) + length + (random.chance(15) ? random.pick(isInnoDB ? [" DESC", " ASC", " desc"] : [" ASC", " asc"]) : "")
    }

    private mutating func optionsOfKey(isInnoDB: Bool) -> [String] {
        guard random.chance(20) else { return [] }
        return random.pick([
            ["COMMENT", comment()], ["USING BTREE"], isInnoDB ? ["KEY_BLOCK_SIZE", "= 4"] : ["USING BTREE"], isMariaDB ? ["IGNORED"] : ["INVISIBLE"],
            isMariaDB ? ["NOT IGNORED"] : ["VISIBLE"], isMariaDB ? ["USING BTREE"] : ["SECONDARY_ENGINE_ATTRIBUTE", "'{}'"],
        ])
    }

    /// Over texts alone.
    private mutating func fullText(_ table: GeneratedTable) -> [String]? {
        let texts = table.written.filter { $0.family == .text }
        guard let column = texts.randomElement(using: &random) else { return nil }
        return [random.pick(["FULLTEXT", "FULLTEXT KEY", "FULLTEXT INDEX"])] + (random.chance(60) ? [name("f\(counter)")] : [])
            + [list([name(column.name)])] + (!isMariaDB && random.chance(30) ? ["WITH PARSER", "ngram"] : [])
    }

    mutating func keys(_ table: GeneratedTable, _ column: GeneratedTable.Column) -> Piece {
        let exists = isMariaDB && random.chance(15) ? ["IF EXISTS"] : []
        switch random.number(0...11) {
        case 0...2: return Piece(["ADD"] + key(table.written, isUnique: false, isInnoDB: !table.isSolo, isIfAbsent: isMariaDB && random.chance(15)))
        case 3: return Piece(["ADD"] + key(table.written, isUnique: true, isInnoDB: !table.isSolo), quiet: true)
        case 4, 5:
            guard let index = table.indexes.filter({ $0.name != "PRIMARY" }).randomElement(using: &random) else { fallthrough }
            return Piece([random.pick(["DROP INDEX", "DROP KEY"])] + exists + [name(exists.isEmpty || random.chance(60) ? index.name : "nokey")])
        case 6:
            guard let index = table.indexes.filter({ $0.name != "PRIMARY" }).randomElement(using: &random) else { fallthrough }
            if random.chance(30) {
                return Piece(
                    ["ALTER INDEX", name(index.name), random.pick(isMariaDB ? ["IGNORED", "NOT IGNORED"] : ["INVISIBLE", "VISIBLE"])])
            }
            return Piece([random.pick(["RENAME INDEX", "RENAME KEY"]), name(index.name), "TO", name("j\(counter)")])
        case 7: return fullText(table).map { Piece(["ADD"] + $0) } ?? Piece([random.pick(["DISABLE KEYS", "ENABLE KEYS"])])
        case 8 where table.isSolo && !table.primary.isEmpty: return Piece(["DROP PRIMARY KEY"], quiet: true)
        default:
            // Of a column that may be empty, MariaDB would make '' for want of a default, which no statement can write.
            guard !column.type.uppercased().hasPrefix("POINT") else { return Piece(["ENABLE KEYS"]) }
            let wide = random.chance(40) ? [table.primary.first ?? column.name, column.name] : [column.name]
            let drop = table.primary.isEmpty ? [] : ["DROP PRIMARY KEY", ","]
            let begin = random.chance(20) ? ["ADD CONSTRAINT", name("c\(counter)"), "PRIMARY KEY"] : ["ADD PRIMARY KEY"]
            return Piece(drop + begin + [list(Array(Set(wide)).sorted().map { name($0) })], quiet: true)
        }
    }

    /// Checks and foreign keys of a table that is there.
    mutating func constraint(_ table: GeneratedTable, _ column: GeneratedTable.Column, _ tables: [GeneratedTable]) -> Piece {
        switch random.number(0...7) {
        case 0, 1:
            let ifAbsent = isMariaDB && random.chance(15)
            let begin = ifAbsent ? ["CONSTRAINT IF NOT EXISTS", name("k\(counter)")] : random.chance(70) ? ["CONSTRAINT", name("k\(counter)")] : []
            let end = isMariaDB ? [] : random.pick([[], [], ["NOT ENFORCED"], ["ENFORCED"]])
            return Piece(["ADD"] + begin + ["CHECK", check(name(column.name), column.type.uppercased())] + end)
        case 2, 3:
            guard let check = table.checks.randomElement(using: &random) else { fallthrough }
            if isMariaDB { return Piece(["DROP CONSTRAINT"] + (random.chance(20) ? ["IF EXISTS"] : []) + [name(check)]) }
            if random.chance(40) {
                return Piece(
                    [random.pick(["ALTER CHECK", "ALTER CONSTRAINT"]), name(check), random.pick(["NOT ENFORCED", "ENFORCED"])])
            }
            return Piece([random.pick(["DROP CHECK", "DROP CONSTRAINT"]), name(check)])
        case 4, 5:
            guard let parent = table.parents.randomElement(using: &random) else { fallthrough }
            let exists = isMariaDB && random.chance(20) ? ["IF EXISTS"] : []
            return Piece([random.pick(["DROP FOREIGN KEY", isMariaDB ? "DROP FOREIGN KEY" : "DROP CONSTRAINT"])] + exists + [name(parent)])
        default:
            // Other engines than InnoDB pass foreign keys over, and the target's table is of InnoDB.
            guard table.engine == "InnoDB", let words = foreignKey(column.name, column.type, tables, from: table.isSolo) else {
                return Piece([random.pick(["DISABLE KEYS", "ENABLE KEYS"])])
            }
            return Piece(["ADD"] + words, quiet: true)
        }
    }

    /// A foreign key of a table that A alone writes, to another of these.
    mutating func foreignKey(_ column: String, _ type: String, _ tables: [GeneratedTable], from solo: Bool) -> [String]? {
        guard solo else { return nil }
        let parents = tables.filter { $0.isSolo && $0.engine == "InnoDB" && $0.primary.count == 1 && $0.partitions.isEmpty }
        let fitting = parents.filter { parent in
            parent.columns.contains { $0.name == parent.primary[0] && $0.type.uppercased() == type.uppercased() }
        }
        guard let parent = fitting.randomElement(using: &random) else { return nil }
        var words = random.chance(60) ? ["CONSTRAINT"] + (random.chance(80) ? [name("p\(counter)")] : []) : []
        words += ["FOREIGN KEY"] + (random.chance(20) ? [name("px\(counter)")] : [])
        words += [list([name(column)]), "REFERENCES", name(parent), list([name(parent.primary[0])])]
        // What others do to rows is not in the log of MariaDB, which a pair refuses.
        // RESTRICT, which means the same as NO ACTION, it shows as that where the key is added without checks, as the product does.
        let actions = ["NO ACTION"] + (isMariaDB ? [] : ["RESTRICT", "CASCADE", "SET NULL"])
        if random.chance(40) { words += ["ON DELETE", random.pick(actions)] }
        if random.chance(40) { words += ["ON UPDATE", random.pick(actions)] }
        return words
    }

    mutating func index(_ table: GeneratedTable) -> Piece {
        let hints = table.engine == "InnoDB" && random.chance(20) ? [random.pick(["ALGORITHM = INPLACE", "ALGORITHM COPY", "LOCK = NONE", "LOCK DEFAULT", "ALGORITHM=DEFAULT LOCK=SHARED"])] : []
        let waits = isMariaDB && random.chance(10) ? (random.chance(50) ? ["NOWAIT"] : ["WAIT", "10"]) : []
        if let index = table.indexes.filter({ $0.name != "PRIMARY" }).randomElement(using: &random), random.chance(40) {
            return Piece(
                ["DROP INDEX"] + (isMariaDB && random.chance(20) ? ["IF EXISTS"] : []) + [name(index.name), "ON", name(table)] + waits + hints)
        }
        if random.chance(10), let column = table.written.filter({ $0.family == .text }).randomElement(using: &random) {
            return Piece(["CREATE FULLTEXT INDEX", name("f\(counter)"), "ON", name(table), list([name(column.name)])] + hints)
        }
        let isUnique = random.chance(20)
        let exists = isMariaDB && random.chance(20) ? ["IF NOT EXISTS"] : []
        let replaces = isMariaDB && exists.isEmpty && random.chance(15) ? "CREATE OR REPLACE" : "CREATE"
        let named = replaces != "CREATE" ? table.indexes.filter { $0.name != "PRIMARY" }.randomElement(using: &random)?.name : nil
        var words = ["\(replaces) \(isUnique ? "UNIQUE INDEX" : "INDEX")"] + exists + [name(named ?? "x\(counter)")]
        if random.chance(10) { words += ["USING BTREE"] }
        words += ["ON", name(table), parts(table.written.isEmpty ? table.columns : table.written, isUnique: isUnique, isInnoDB: !table.isSolo)]
        return Piece(words + optionsOfKey(isInnoDB: !table.isSolo) + waits + hints, quiet: isUnique)
    }
}
