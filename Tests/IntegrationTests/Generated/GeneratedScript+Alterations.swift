import WorkloadKit

/// ALTER TABLE with one or several items, and the statements about indexes.
extension GeneratedScript {
    mutating func alter(_ table: GeneratedTable, _ tables: [GeneratedTable]) -> (Piece, String?) {
        var words = [isMariaDB && random.chance(6) ? random.pick(["ALTER ONLINE TABLE", "ALTER IGNORE TABLE"]) : "ALTER TABLE"]
        if isMariaDB, random.chance(8) { words += ["IF EXISTS"] }
        words += [name(table)]
        if isMariaDB, random.chance(6) { words += random.chance(50) ? ["NOWAIT"] : ["WAIT", "10"] }
        var after = table.name
        var isQuiet = false
        let count = random.chance(55) ? 1 : random.number(2...4)
        var items: [[String]] = []
        if random.chance(8) {
            items.append([
                random.pick([
                    "ALGORITHM = INPLACE", "ALGORITHM=COPY", "ALGORITHM=INSTANT", "ALGORITHM DEFAULT", "LOCK = NONE", "LOCK=SHARED",
                    "LOCK DEFAULT",
                ])
            ])
        }
        var added: [String] = []
        for _ in 0..<count {
            if random.chance(4), after == table.name || options.makes(.renamesTwice) {
                let isFree = table.isSolo
                after = isFree ? freeTable(tables, solo: true) : "n\(counter)"
                items.append(["RENAME"] + [[], ["TO"], ["AS"], ["="]][random.number(0...3)] + [name(table.database, after)])
                continue
            }
            let piece = item(table, tables, &added)
            if piece.isAlone { return (Piece(words + piece.words, quiet: piece.isQuiet), table.name) }
            isQuiet = isQuiet || piece.isQuiet
            items.append(piece.words)
        }
        let takesOther = items.contains(where: Self.takesOtherEngine)
        if takesOther { items.removeAll { Self.isPassedOver($0) } }
        if takesOther || table.engine != "InnoDB" { items.removeAll { $0[0].hasPrefix("ALGORITHM") || $0[0].hasPrefix("LOCK") } }
        // MariaDB leaves the old table behind where it makes another one of a table like that, by a name that files have otherwise.
        if isMariaDB, takesOther || table.engine != "InnoDB", items.count > 1 {
            items.removeAll { $0[0] == "RENAME" }
            after = table.name
        }
        if items.isEmpty { items.append(["FORCE"]) }
        if options.makes(.placesAmongRenames), random.chance(30) { items.shuffle(using: &random) }
        words += Array(items.joined(separator: [","]))
        if options.makes(.partitionsBehindItems), table.partitions.isEmpty, let key = table.primary.first, random.chance(4) {
            words += ["PARTITION BY KEY", list([name(key)]), "PARTITIONS", "2"]
            isQuiet = true
        }
        return (Piece(words, quiet: isQuiet), after)
    }

    private static func takesOtherEngine(_ item: [String]) -> Bool { item[0] == "ENGINE" && !item[1].contains("InnoDB") }

    /// Foreign keys, which the product refuses then, and parts of keys that are sorted backwards: other engines than InnoDB have neither.
    private static func isPassedOver(_ item: [String]) -> Bool {
        item.contains("FOREIGN KEY") || item.contains { $0.uppercased().contains(" DESC") }
    }

    private mutating func item(_ table: GeneratedTable, _ tables: [GeneratedTable], _ added: inout [String]) -> Piece {
        let columns = table.columns.map(\.name)
        let column = random.pick(table.columns)
        switch random.number(0...99) {
        case 0...3 where options.makes(.reusedNames) && !table.isUnique(column.name): return again(table, column, &added)
        case 0...19: return add(table, &added)
        case 20...23:
            var names: [String] = []
            for _ in 0..<random.number(1...3) { names.append(freeColumn(columns + added + names)) }
            added += names
            var items: [String] = []
            var stored = names
            for new in names {
                let words = definition(table.type, name: new, others: table.stored.map(\.name))
                if words.contains("AS") { stored.removeAll { $0 == new } }
                items.append(GeneratedText.written([name(new)] + words, &random))
            }
            let indexed = table.type.hasPrefix("TIMESTAMP") ? stored.first : names[0]
            if random.chance(20), let indexed { items.append(GeneratedText.written(["KEY", name("i\(counter)"), list([name(indexed)])], &random)) }
            return Piece([random.chance(50) ? "ADD COLUMN" : "ADD", list(items)])
        case 24...36:
            let isKey = table.primary.contains(column.name)
            let (exists, gone) = conditional(table, column, added)
            return Piece(
                [random.chance(60) ? "DROP COLUMN" : "DROP"] + exists + [name(gone)], quiet: isKey || table.isUnique(column.name))
        case 37...56: return change(table, column, &added)
        case 57...66: return rename(table, column, &added)
        case 67...70: return standard(column)
        case 71...82: return keys(table, column)
        case 83...88: return constraint(table, column, tables)
        default: return option(table, column)
        }
    }

    private mutating func add(_ table: GeneratedTable, _ added: inout [String]) -> Piece {
        let isTaken = random.chance(3) && options.makes(.reusedNames)
        let new = isTaken ? random.pick(table.columns).name : freeColumn(table.columns.map(\.name) + added)
        var words = [random.chance(60) ? "ADD COLUMN" : "ADD"]
        if isMariaDB, random.chance(15) { words += ["IF NOT EXISTS"] }
        let isQualified = isMariaDB && options.makes(.qualifiedColumns) && random.chance(4)
        words += [(isQualified ? name(table.name) + "." : "") + name(new)]
        words += definition(table.type, name: new, others: table.stored.map(\.name)) + place(table, added)
        added.append(new)
        return Piece(words)
    }

    /// A name that another item of the statement frees.
    private mutating func again(_ table: GeneratedTable, _ column: GeneratedTable.Column, _ added: inout [String]) -> Piece {
        let add = ["ADD COLUMN", name(column.name), table.type] + place(table)
        var free = ["DROP COLUMN", name(column.name)]
        if random.chance(60) {
            let new = freeColumn(table.columns.map(\.name) + added)
            added.append(new)
            free = ["RENAME COLUMN", name(column.name), "TO", name(new)]
        }
        return Piece(random.chance(50) ? add + [","] + free : free + [","] + add)
    }

    /// IF EXISTS at times, and then perhaps a column that is missing.
    private mutating func conditional(
        _ table: GeneratedTable, _ column: GeneratedTable.Column, _ added: [String]
    ) -> (words: [String], column: String) {
        guard isMariaDB, random.chance(15) else { return ([], column.name) }
        let isMissing = options.makes(.missingColumns) && random.chance(30)
        return (["IF EXISTS"], isMissing ? freeColumn(table.columns.map(\.name) + added) : column.name)
    }

    /// CHANGE and MODIFY: another name, another place, or both.
    private mutating func change(_ table: GeneratedTable, _ column: GeneratedTable.Column, _ added: inout [String]) -> Piece {
        let other = random.pick(table.columns)
        if other.name != column.name, !column.isGenerated, !other.isGenerated, random.chance(12) {
            // Each gets the other's name, and perhaps its place.
            let (one, two) = (kept(column), kept(other))
            let words = ["CHANGE", name(column.name), name(other.name)] + one.0 + place(table) + [","]
            let swap = words + ["CHANGE", name(other.name), name(column.name)] + two.0 + place(table)
            return Piece(swap, quiet: one.1 || two.1, alone: !options.makes(.placesAmongRenames))
        }
        var (type, isQuiet) = kept(column)
        if column.isGenerated, let source = table.stored.first {
            type = generated(column.type.uppercased(), from: source.name)
            isQuiet = true
        }
        let (exists, old) = conditional(table, column, added)
        guard random.chance(50) else {
            let words = [random.chance(50) ? "MODIFY COLUMN" : "MODIFY"] + exists + [name(old)] + type
            return Piece(words + place(table, added), quiet: isQuiet)
        }
        let new = random.chance(25) ? column.name : freeColumn(table.columns.map(\.name) + added)
        added.append(new)
        let words = [random.chance(50) ? "CHANGE COLUMN" : "CHANGE"] + exists + [name(old), name(new)] + type
        return Piece(words + place(table, added), quiet: isQuiet)
    }

    /// The type that a column has, or a wider one. Where it does not say which character set, the table's may be another.
    private mutating func kept(_ column: GeneratedTable.Column) -> ([String], Bool) {
        // Members of an ENUM are told apart by their letters.
        var words = [column.family == nil ? column.type : column.type.uppercased()]
        var isQuiet = false
        if random.chance(8) {
            isQuiet = true
            words = [["VARCHAR(40)": "VARCHAR(60)", "INT": "BIGINT"][words[0]] ?? words[0]]
        }
        if let collation = column.collation {
            if random.chance(60) {
                words += ["CHARACTER SET", String(collation.prefix { $0 != "_" }), "COLLATE", collation]
            } else {
                isQuiet = true
            }
        }
        if !column.isNullable {
            // Where it becomes NULL, and back, rows of the other side would not fit.
            if random.chance(70) { words += ["NOT NULL"] } else { isQuiet = true }
        } else if random.chance(5) {
            words += ["NOT NULL"]
            isQuiet = true
        }
        if column.family != nil, random.chance(20) { words += ["DEFAULT", anyStandard(column.type.uppercased(), isNew: false)] }
        if random.chance(10) { words += ["COMMENT", comment()] }
        if random.chance(5) {
            words += ["INVISIBLE"]
        }
        return (words, isQuiet)
    }

    private mutating func rename(_ table: GeneratedTable, _ column: GeneratedTable.Column, _ added: inout [String]) -> Piece {
        let other = random.pick(table.columns)
        if other.name != column.name, random.chance(40) {
            let swap = [
                "RENAME COLUMN", name(column.name), "TO", name(other.name), ",", "RENAME COLUMN", name(other.name), "TO", name(column.name),
            ]
            return Piece(swap, alone: !options.makes(.placesAmongRenames))
        }
        let new = freeColumn(table.columns.map(\.name) + added)
        added.append(new)
        if other.name != column.name, random.chance(20) {
            let chain = [
                "RENAME COLUMN", name(column.name), "TO", name(new), ",", "RENAME COLUMN", name(other.name), "TO", name(column.name),
            ]
            return Piece(chain, alone: !options.makes(.placesAmongRenames))
        }
        return Piece(["RENAME COLUMN", name(column.name), "TO", name(new)])
    }

    private mutating func standard(_ column: GeneratedTable.Column) -> Piece {
        let exists = isMariaDB && random.chance(15) ? ["IF EXISTS"] : []
        let begin = [random.chance(50) ? "ALTER COLUMN" : "ALTER"] + exists + [name(column.name)]
        switch random.number(0...4) {
        case 0: return Piece(begin + ["DROP DEFAULT"], quiet: true)
        case 1 where !isMariaDB: return Piece(begin + ["SET", random.chance(50) ? "INVISIBLE" : "VISIBLE"])
        case 2: return Piece(begin + ["SET DEFAULT", "(\(standard(column.type.uppercased())))"])
        default: return Piece(begin + ["SET DEFAULT", standard(column.type.uppercased())])
        }
    }

    private mutating func option(_ table: GeneratedTable, _ column: GeneratedTable.Column) -> Piece {
        let isAlone = !options.makes(.characterSetsAmongItems)
        let sets = ["latin1", "utf8mb4"] + (isAlone ? [] : ["DEFAULT"])
        let several = options.makes(.listsOfNames) && random.chance(50) ? [",", name(random.pick(table.columns).name)] : []
        switch random.number(0...9) {
        case 0: return Piece(["ENGINE", random.chance(50) ? "= InnoDB" : "InnoDB"])
        case 1:
            return Piece(
                ["CONVERT TO", random.pick(["CHARACTER SET", "CHARSET"]), random.pick(sets + ["utf8mb4 COLLATE utf8mb4_bin", "utf8mb3"])],
                quiet: true, alone: isAlone)
        case 2:
            return Piece(
                [random.pick(["CHARACTER SET", "DEFAULT CHARSET", "CHARACTER SET =", "DEFAULT CHARACTER SET ="]), random.pick(sets)],
                quiet: true, alone: isAlone)
        case 3: return Piece(["FORCE"])
        case 4: return Piece(["ORDER BY", name(column.name)] + (random.chance(20) ? ["DESC"] : []) + several)
        case 5 where !isMariaDB: return Piece([random.pick(["WITH VALIDATION", "WITHOUT VALIDATION"])])
        case 6 where table.isSolo && !table.hasDescending: return Piece(["ENGINE", "= \(random.pick(["MyISAM", "MEMORY", isMariaDB ? "Aria" : "InnoDB"]))"], quiet: true)
        default:
            var words: [String] = []
            for _ in 0..<random.number(1...3) { words += anyTableOption() }
            return Piece(words)
        }
    }
}
