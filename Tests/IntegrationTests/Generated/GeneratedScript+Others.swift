import WorkloadKit

/// Statements about what holds no rows of tables, and those that leave definitions as they are.
extension GeneratedScript {
    private static let views = ["v0", "v1", "view", "v `", "v x", "v.y"]
    private static let sequences = ["sq0", "sq1", "sq `"]

    mutating func view(_ tables: [GeneratedTable]) -> Piece {
        let view = name(random.pick(databases), random.pick(Self.views))
        if random.chance(20) {
            let exists = random.chance(60) ? ["IF EXISTS"] : []
            let more = random.chance(20) ? [",", name(databases[0], random.pick(Self.views))] : []
            return Piece(["DROP VIEW"] + exists + [view] + more)
        }
        let table = random.pick(tables)
        let columns = table.columns.shuffled(using: &random).prefix(3).map(\.name)
        var words = random.pick([["CREATE"], ["CREATE OR REPLACE"], ["CREATE OR REPLACE"], ["ALTER"]])
        if random.chance(20) { words += ["ALGORITHM", "=", random.pick(["MERGE", "UNDEFINED", "TEMPTABLE"])] }
        if random.chance(15) { words += ["DEFINER = CURRENT_USER"] }
        if random.chance(20) { words += ["SQL SECURITY", random.pick(["INVOKER", "DEFINER"])] }
        words += ["VIEW"]
        if words[0] == "CREATE", random.chance(20) { words += ["IF NOT EXISTS"] }
        words += [view]
        if random.chance(30) { words += [list(columns.indices.map { name("w\($0)") })] }
        words += ["AS", "SELECT", columns.map { name($0) }.joined(separator: ", "), "FROM", name(table)]
        if random.chance(20) { words += ["WHERE", "\(name(columns[0])) IS NOT NULL"] }
        if random.chance(10), !words.contains("TEMPTABLE") { words += [random.pick(["WITH CHECK OPTION", "WITH LOCAL CHECK OPTION"])] }
        return Piece(words)
    }

    /// Passed over: each side would draw from its own.
    mutating func sequence() -> Piece {
        let sequence = name(databases[0], random.pick(Self.sequences))
        switch random.number(0...6) {
        case 0: return Piece(["CREATE SEQUENCE", sequence, "START WITH", "5", "INCREMENT BY", "2", "CACHE", "10"])
        case 1: return Piece(["CREATE OR REPLACE SEQUENCE", sequence, "NOCACHE", "CYCLE", "MAXVALUE", "= 1000"])
        case 2: return Piece(["CREATE SEQUENCE IF NOT EXISTS", sequence])
        case 3: return Piece(["ALTER SEQUENCE", "IF EXISTS", sequence, "RESTART", "3"])
        case 4: return Piece([random.pick(["DROP SEQUENCE", "DROP TABLE"]), "IF EXISTS", sequence])
        case 5: return Piece(["RENAME TABLE", sequence, "TO", name(databases[0], random.pick(Self.sequences))])
        default: return Piece(["DO", "NEXTVAL(\(sequence))"])
        }
    }

    /// Triggers and routines stay where they are; the rest only looks at tables.
    mutating func passing(_ table: GeneratedTable, _ tables: [GeneratedTable]) -> Piece {
        let place = "`\(databases[0])`."
        switch random.number(0...9) {
        case 0:
            guard let solo = tables.first(where: { $0.isSolo && $0.database == databases[0] }) else { fallthrough }
            return Piece(["CREATE TRIGGER", "\(place)g\(random.number(0...2))", "BEFORE INSERT ON", name(solo), "FOR EACH ROW SET", "@x = 1"])
        case 1: return Piece(["DROP TRIGGER IF EXISTS", "\(place)g\(random.number(0...2))"])
        case 2: return Piece(["CREATE PROCEDURE", "\(place)r\(random.number(0...2))", "()", "BEGIN", "DROP TABLE IF EXISTS nothing;", "END"])
        case 3: return Piece(["DROP PROCEDURE IF EXISTS", "\(place)r\(random.number(0...2))"])
        case 4:
            return Piece([
                "CREATE EVENT IF NOT EXISTS", "\(place)e\(random.number(0...1))", "ON SCHEDULE EVERY", "1", "YEAR DISABLE DO", "DROP TABLE nothing",
            ])
        case 5: return Piece(["DROP EVENT IF EXISTS", "\(place)e\(random.number(0...1))"])
        case 6: return Piece(["CREATE TEMPORARY TABLE", name(databases[0], freeTable(tables, solo: false)), "(k INT)"])
        case 7: return Piece(["FLUSH TABLES", name(table)])
        default:
            let verb = random.pick(["ANALYZE", "OPTIMIZE", "CHECK", "REPAIR"])
            let local = verb != "CHECK" && random.chance(20) ? [random.chance(50) ? "NO_WRITE_TO_BINLOG" : "LOCAL"] : []
            return Piece([verb] + local + ["TABLE", name(table)])
        }
    }
}
