import WorkloadKit

/// Statements about whole tables and databases.
extension GeneratedScript {
    mutating func create(_ tables: [GeneratedTable]) -> (Piece, String?) {
        let database = random.pick([databases[0], databases[0], databases[1]])
        let isSolo = random.chance(35)
        let table = random.chance(5) && !tables.isEmpty ? random.pick(tables).name : freeTable(tables, solo: isSolo)
        let type = session.hasOldTimestamps ? "TIMESTAMP" : random.pick(GeneratedValue.types(options.kind))
        var columns: [String] = []
        for _ in 0..<random.number(2...8) { columns.append(freeColumn(columns)) }
        let key = random.number(0...columns.count - 1)
        let hasKey = !isSolo || random.chance(70)
        let isInline = random.chance(40)
        var items: [String] = []
        var computed: Set<String> = []
        for (place, column) in columns.enumerated() {
            let isKey = place == key && hasKey
            var words = [name(column)] + definition(type, name: column, others: isKey ? [] : [columns[key]], isKey: isKey, isNew: true)
            if words.contains("AS") { computed.insert(column) }
            if isKey, isInline { words.insert(random.chance(80) ? "PRIMARY KEY" : "KEY", at: 2) }
            items.append(GeneratedText.written(words, &random))
        }
        if hasKey, !isInline {
            let item = GeneratedText.written(["PRIMARY KEY", list([name(columns[key])])], &random)
            items.insert(item, at: random.chance(70) ? items.count : random.number(0...items.count))
        }
        // What an index stores of a TIMESTAMP depends on who writes the row, which the product refuses.
        let made = columns.filter { type != "TIMESTAMP" || !computed.contains($0) }.map {
            GeneratedTable.Column(name: $0, type: type.lowercased(), isNullable: true, hasDefault: false, isGenerated: false, isInvisible: false)
        }
        for _ in 0..<random.number(1...2) where random.chance(25) {
            items.append(GeneratedText.written(self.key(made, isUnique: random.chance(15), isInnoDB: !isSolo), &random))
        }
        if random.chance(8) {
            let column = random.pick(columns)
            let begin = random.chance(60) ? ["CONSTRAINT", name("k\(counter)")] : []
            items.append(GeneratedText.written(begin + ["CHECK", check(name(column), type)], &random))
        }
        var hasParent = false
        if isSolo, random.chance(15), let parent = foreignKey(random.pick(columns), type, tables, from: true) {
            items.append(GeneratedText.written(parent, &random))
            hasParent = true
        }
        let family = GeneratedValue.Family(type.lowercased())
        if isMariaDB, family == .time, random.chance(10) { items.append("PERIOD FOR p1 (\(GeneratedRows.quoted(columns[0])), \(GeneratedRows.quoted(columns[1])))") }
        var words = ["CREATE TABLE"]
        if isMariaDB, random.chance(8) { words = ["CREATE OR REPLACE TABLE"] } else if random.chance(20) { words += ["IF NOT EXISTS"] }
        words += [name(database, table), list(items)] + tableOptions(isSolo: isSolo && !hasParent)
        if hasKey, !hasParent, random.chance(20) { words += scheme(columns[key], family) }
        return (Piece(words, quiet: words[0].contains("REPLACE")), table)
    }

    private mutating func tableOptions(isSolo: Bool) -> [String] {
        var options: [[String]] = []
        // Rows of the other side come with their position, which such a table does not keep.
        if isSolo, random.chance(10) {
            options.append(["ENGINE", "= \(random.pick(["MyISAM", "MEMORY", "HEAP", isMariaDB ? "Aria" : "MyISAM"]))"])
        } else if session.hasOtherEngine && !isSolo || random.chance(20) {
            options.append(["ENGINE", random.pick(["= InnoDB", "InnoDB", "= 'InnoDB'"])])
        }
        if random.chance(25) {
            options.append([
                random.pick([
                    "DEFAULT CHARSET = latin1", "CHARACTER SET utf8mb4", "COLLATE utf8mb4_bin", "CHARSET=utf8mb3", "DEFAULT COLLATE = utf8mb4_unicode_ci",
                    "CHARSET utf8", "CHARACTER SET = 'latin1'",
                ])
            ])
        }
        for _ in 0..<random.number(0...3) { options.append(anyTableOption()) }
        options.shuffle(using: &random)
        return Array(options.joined(separator: random.chance(30) ? [","] : []))
    }

    /// An option of a table that changes nothing about its columns and its engine.
    mutating func anyTableOption() -> [String] {
        var all = [
            ["COMMENT", comment()], ["COMMENT", "=", comment()], ["ROW_FORMAT", random.pick(["= COMPACT", "DYNAMIC", "= REDUNDANT", "= DEFAULT"])],
            ["AUTO_INCREMENT", "= 7"], ["AVG_ROW_LENGTH", "= 50"], ["CHECKSUM", "= 1"], ["DELAY_KEY_WRITE", "= 1"], ["MAX_ROWS", "= 1000"],
            ["MIN_ROWS", "= 1"], ["PACK_KEYS", random.pick(["= 1", "DEFAULT", "0"])], ["STATS_AUTO_RECALC", random.pick(["= 0", "DEFAULT"])],
            ["STATS_PERSISTENT", random.pick(["= 0", "= 1", "DEFAULT"])], ["STATS_SAMPLE_PAGES", "= 7"], ["KEY_BLOCK_SIZE", "= 0"],
        ]
        if isMariaDB {
            all += [
                ["PAGE_COMPRESSED", "= 1"], ["PAGE_COMPRESSION_LEVEL", "= 3"], ["ENCRYPTED", "= NO"], ["SEQUENCE", "= 0"],
            ]
        } else {
            all += [
                ["COMPRESSION", "= 'NONE'"], ["ENCRYPTION", "= 'N'"], ["TABLESPACE", "= innodb_file_per_table"], ["AUTOEXTEND_SIZE", "= 4M"],
                ["SECONDARY_ENGINE", "= NULL"], ["SECONDARY_ENGINE_ATTRIBUTE", "= '{\"a\": \"FIRST\"}'"], ["TABLESPACE", "`innodb_system`"],
            ]
        }
        return random.pick(all)
    }

    mutating func like(_ tables: [GeneratedTable]) -> (Piece, String?) {
        let model = random.pick(tables)
        let table = freeTable(tables, solo: model.isSolo || model.primary.isEmpty || random.chance(30))
        let target = name(random.pick(databases), table)
        let words = ["CREATE TABLE"] + (random.chance(20) ? ["IF NOT EXISTS"] : []) + [target]
        return (Piece(words + (random.chance(70) ? ["LIKE", name(model)] : ["( LIKE", name(model), ")"])), table)
    }

    mutating func select(_ tables: [GeneratedTable]) -> (Piece, String?) {
        // MariaDB logs the definition with two backslashes for each in a comment, which is wrong for this mode; its own replicas
        // get two as well.
        if isMariaDB, !session.hasBackslashes { session = GeneratedSession() }
        let model = random.pick(tables)
        // Rows of the other side may be on their way.
        let table = freeTable(tables, solo: model.isSolo || model.primary.isEmpty || random.chance(30))
        let isKeyed = !GeneratedNames.isSolo(table)
        var words = ["CREATE TABLE", name(random.pick(databases), table)]
        if isKeyed {
            // Columns that are defined here stand before those of the query.
            var items = ["PRIMARY KEY " + list([name(model.primary.first ?? "")])]
            if random.chance(40) { items.insert(name(freeColumn(model.columns.map(\.name))) + " " + model.type, at: random.number(0...1)) }
            words += [list(items)]
        }
        if session.hasOtherEngine { words += ["ENGINE = InnoDB"] } else if random.chance(15) { words += anyTableOption() }
        words += random.pick([[], [], [], ["IGNORE"], ["REPLACE"]])
        if random.chance(50) { words += ["AS"] }
        let columns = random.chance(50) ? model.columns.shuffled(using: &random).prefix(5).map(\.name) : model.columns.map(\.name)
        let chosen = columns.contains(model.primary.first ?? "") || !isKeyed ? columns : columns + model.primary.prefix(1)
        if !isMariaDB, !isKeyed, random.chance(15) { return (Piece(words + ["TABLE", name(model)], quiet: true), table) }
        return (Piece(words + ["SELECT", chosen.map { name($0) }.joined(separator: ", "), "FROM", name(model)], quiet: true), table)
    }

    /// One or several; a name that both sides write never goes to another table, which the product refuses.
    mutating func renameTables(_ tables: [GeneratedTable]) -> (Piece, String?) {
        let solos = tables.filter(\.isSolo)
        if solos.count > 1, random.chance(50) {
            let pair = solos.shuffled(using: &random).prefix(2)
            // Of a swap of equal tables nobody could tell after a SIGKILL whether it was executed.
            if pair[0].shape != pair[1].shape {
                let between = freeTable(tables, solo: true)
                let moves = [
                    (name(pair[0]), name(pair[0].database, between)), (name(pair[1]), name(pair[0])),
                    (name(pair[0].database, between), name(pair[1])),
                ]
                return (Piece(["RENAME TABLE"] + join(moves)), pair[0].name)
            }
        }
        var taken = tables
        var moves: [(String, String)] = []
        var last: String?
        for table in tables.shuffled(using: &random).prefix(random.number(1...3)) {
            let new = table.isSolo ? freeTable(taken, solo: true) : "r\(counter)_\(moves.count)"
            let database = random.chance(80) ? table.database : random.pick(databases)
            moves.append((name(table), name(database, new)))
            taken.append(GeneratedTable(database: database, name: new))
            last = new
        }
        let exists = isMariaDB && random.chance(15)
        if exists, random.chance(40) { moves.append((name(databases[0], "missing"), name(databases[0], "missing_too"))) }
        return (Piece([random.chance(80) ? "RENAME TABLE" : "RENAME TABLES"] + (exists ? ["IF EXISTS"] : []) + join(moves)), last)
    }

    private func join(_ moves: [(String, String)]) -> [String] {
        Array(moves.map { [$0.0, "TO", $0.1] }.joined(separator: [","]))
    }

    mutating func truncate(_ table: GeneratedTable) -> Piece { Piece([random.chance(70) ? "TRUNCATE TABLE" : "TRUNCATE", name(table)] + (isMariaDB && random.chance(10) ? ["WAIT", "10"] : [])) }

    mutating func drop(_ tables: [GeneratedTable]) -> Piece {
        var names = tables.shuffled(using: &random).prefix(random.chance(70) ? 1 : 2).map { name($0) }
        var words = [random.chance(85) ? "DROP TABLE" : "DROP TABLES"]
        if random.chance(60) { words += ["IF EXISTS"] }
        // Where it is missing, one server drops the others and tells an error.
        if random.chance(25) { names.insert(name(databases[0], "missing"), at: random.number(0...names.count)) }
        words += Array(names.map { [$0] }.joined(separator: [","]))
        if isMariaDB, random.chance(10) { words += ["WAIT", "10"] }
        return Piece(words + (random.chance(10) ? [random.chance(50) ? "RESTRICT" : "CASCADE"] : []))
    }

    /// The second database is dropped or made anew.
    mutating func database() -> Piece {
        let name = "`\(databases[1])`"
        switch random.number(0...3) {
        case 0, 3:
            var words = [random.pick(["ALTER DATABASE", "ALTER SCHEMA"])] + (random.chance(70) ? ["`\(random.pick(databases))`"] : [])
            words += [random.pick(["CHARACTER SET latin1", "COLLATE utf8mb4_bin", "CHARACTER SET utf8mb4", "DEFAULT CHARACTER SET = utf8mb3"])]
            if random.chance(20) { words += isMariaDB ? ["COMMENT", comment()] : ["ENCRYPTION", "'N'"] }
            return Piece(words, quiet: true)
        case 1: return Piece(["CREATE DATABASE IF NOT EXISTS", name], quiet: true)
        default:
            lacksDatabase = true
            return Piece(["DROP DATABASE IF EXISTS", name], quiet: true)
        }
    }
}
