import WorkloadKit

/// Statements about whole tables and databases.
extension GeneratedScript {
    mutating func create(_ tables: [GeneratedTable]) -> (Piece, String?) {
        let database = random.pick([databases[0], databases[0], databases[1]])
        let isSolo = random.chance(35)
        let table = random.chance(5) && !tables.isEmpty ? random.pick(tables).name : freeTable(tables, solo: isSolo)
        let type = session.hasOldTimestamps ? "TIMESTAMP" : random.pick(GeneratedValue.types)
        var columns: [String] = []
        for _ in 0..<random.number(2...8) { columns.append(freeColumn(columns)) }
        let key = random.number(0...columns.count - 1)
        let hasKey = !isSolo || random.chance(70)
        let isInline = random.chance(40)
        var items: [String] = []
        for (place, column) in columns.enumerated() {
            let isKey = place == key && hasKey
            var words = [name(column)] + definition(type, name: column, others: isKey ? [] : [columns[key]], isKey: isKey)
            if isKey, isInline { words.insert(random.chance(80) ? "PRIMARY KEY" : "KEY", at: 2) }
            items.append(GeneratedText.written(words, &random))
        }
        if hasKey, !isInline {
            let item = GeneratedText.written(["PRIMARY KEY", list([name(columns[key])])], &random)
            items.insert(item, at: random.chance(70) ? items.count : random.number(0...items.count))
        }
        if random.chance(20) {
            items.append(GeneratedText.written(["KEY", name("i\(counter)"), list([name(random.pick(columns))])], &random))
        }
        if random.chance(6) {
            let column = random.pick(columns)
            items.append(GeneratedText.written(["CONSTRAINT", name("k\(counter)"), "CHECK", check(name(column), type)], &random))
        }
        var words = ["CREATE TABLE"]
        if isMariaDB, random.chance(8) { words = ["CREATE OR REPLACE TABLE"] } else if random.chance(20) { words += ["IF NOT EXISTS"] }
        words += [name(database, table), list(items)] + tableOptions()
        let family = GeneratedValue.Family(type.lowercased())
        if hasKey, random.chance(20) { words += scheme(columns[key], family) }
        return (Piece(words, quiet: words[0].contains("REPLACE")), table)
    }

    private mutating func tableOptions() -> [String] {
        var words: [String] = []
        if session.settings.contains("SET default_storage_engine = MyISAM") || random.chance(20) { words += ["ENGINE", "= InnoDB"] }
        if random.chance(20) { words += ["COMMENT", comment()] }
        if random.chance(25) {
            words += [random.pick(["DEFAULT CHARSET = latin1", "CHARACTER SET utf8mb4", "COLLATE utf8mb4_bin", "CHARSET=utf8mb3"])]
        }
        if random.chance(10) { words += ["ROW_FORMAT", random.pick(["= COMPACT", "DYNAMIC", "= REDUNDANT"])] }
        return words
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
        if session.settings.contains("SET default_storage_engine = MyISAM") { words += ["ENGINE = InnoDB"] }
        if random.chance(50) { words += ["AS"] }
        let columns = random.chance(50) ? model.columns.shuffled(using: &random).prefix(5).map(\.name) : model.columns.map(\.name)
        let chosen = columns.contains(model.primary.first ?? "") || !isKeyed ? columns : columns + model.primary.prefix(1)
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
        return (Piece([random.chance(80) ? "RENAME TABLE" : "RENAME TABLES"] + join(moves)), last)
    }

    private func join(_ moves: [(String, String)]) -> [String] {
        Array(moves.map { [$0.0, "TO", $0.1] }.joined(separator: [","]))
    }

    mutating func truncate(_ table: GeneratedTable) -> Piece { Piece([random.chance(70) ? "TRUNCATE TABLE" : "TRUNCATE", name(table)]) }

    mutating func drop(_ tables: [GeneratedTable]) -> Piece {
        var names = tables.shuffled(using: &random).prefix(random.chance(70) ? 1 : 2).map { name($0) }
        var words = [random.chance(85) ? "DROP TABLE" : "DROP TABLES"]
        if random.chance(60) { words += ["IF EXISTS"] }
        // Where it is missing, one server drops the others and tells an error.
        if random.chance(25) { names.append(name(databases[0], "missing")) }
        words += Array(names.map { [$0] }.joined(separator: [","]))
        return Piece(words + (random.chance(10) ? [random.chance(50) ? "RESTRICT" : "CASCADE"] : []))
    }

    /// The second database is dropped or made anew.
    mutating func database() -> Piece {
        let name = "`\(databases[1])`"
        switch random.number(0...2) {
        case 0:
            return Piece(
                [
                    "ALTER DATABASE", "`\(random.pick(databases))`",
                    random.pick(["CHARACTER SET latin1", "COLLATE utf8mb4_bin", "CHARACTER SET utf8mb4"]),
                ], quiet: true)
        case 1: return Piece(["CREATE DATABASE IF NOT EXISTS", name], quiet: true)
        default:
            lacksDatabase = true
            return Piece(["DROP DATABASE IF EXISTS", name], quiet: true)
        }
    }
}
