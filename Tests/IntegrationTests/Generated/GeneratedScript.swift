import TestSupport
import WorkloadKit

/// Makes one statement after the other, each for the tables as they are.
struct GeneratedScript: Sendable {
    struct Step: Sendable {
        var session: GeneratedSession
        var text: String
        /// The table that it is about, by the name that it has afterwards.
        var table: String?
        /// The other side must not write meanwhile: its rows could not be told, or the product refuses it.
        var isQuiet = false
        /// What the same session does before its settings.
        var before: [String] = []
    }

    /// Pieces of a statement or of an item of one.
    struct Piece: Sendable {
        var words: [String]
        var isQuiet = false
        /// It is the only item of its statement.
        var isAlone = false

        init(_ words: [String], quiet: Bool = false, alone: Bool = false) {
            self.words = words
            isQuiet = quiet
            isAlone = alone
        }
    }

    let options: GeneratedOptions
    /// The first is the session's.
    let databases: [String]
    var random: SeededRandom
    var session = GeneratedSession()
    var counter = 0
    /// The second database was dropped.
    var lacksDatabase = false

    init(_ options: GeneratedOptions, databases: [String]) {
        self.options = options
        self.databases = databases
        random = SeededRandom(seed: options.seed)
    }

    var isMariaDB: Bool { options.kind != .mysql }

    mutating func next(_ tables: [GeneratedTable]) -> Step {
        counter += 1
        session = .any(options, &random)
        let (piece, table) = statement(tables)
        var words = piece.words
        if isMariaDB, random.chance(4) {
            let settings = [
                "max_statement_time = 100", "lock_wait_timeout = 20, max_statement_time = 100", "foreign_key_checks = 0", "innodb_strict_mode = 0",
                "sql_mode = 'STRICT_TRANS_TABLES'", "time_zone = '+03:00'",
            ]
            // Another mode there could make another table of it.
            words = ["SET STATEMENT", session.isANSI || !session.hasBackslashes ? settings[0] : random.pick(settings), "FOR"] + words
        }
        let text = GeneratedText.written(words, mariaDB: isMariaDB, &random)
        return Step(session: session, text: text, table: table, isQuiet: piece.isQuiet, before: before(table, tables))
    }

    /// What a session may have beside its settings.
    private mutating func before(_ table: String?, _ tables: [GeneratedTable]) -> [String] {
        switch random.number(0...49) {
        case 0:
            // A temporary table of the same name: the statement is about that one.
            guard let table = tables.first(where: { $0.name == table }) else { return [] }
            let name = "\(GeneratedRows.quoted(table.database)).\(GeneratedRows.quoted(table.name))"
            return ["CREATE TEMPORARY TABLE \(name) (k INT PRIMARY KEY, c0 INT, c1 INT)"]
        case 1: return ["START TRANSACTION"]
        case 2:
            guard let table = tables.first(where: { $0.name == table }) else { return [] }
            return ["LOCK TABLES \(GeneratedRows.quoted(table.database)).\(GeneratedRows.quoted(table.name)) WRITE"]
        default: return []
        }
    }

    private mutating func statement(_ tables: [GeneratedTable]) -> (Piece, String?) {
        if lacksDatabase {
            lacksDatabase = false
            let options = [[], ["CHARACTER SET latin1"], ["COLLATE utf8mb4_bin"]]
            return (Piece(["CREATE DATABASE", "`\(databases[1])`"] + random.pick(options), quiet: true), nil)
        }
        if tables.count < 3 { return create(tables) }
        if tables.count > 9, random.chance(30) { return (drop(tables), nil) }
        let table = random.pick(tables)
        switch random.number(0...99) {
        case 0...6 where tables.count < 10, 7...9 where session.hasOldTimestamps: return create(tables)
        case 7...9: return like(tables)
        case 10...11: return select(tables)
        case 12...16: return renameTables(tables)
        case 17...18: return (truncate(table), table.name)
        case 19...20: return (drop(tables), nil)
        case 21...24: return (index(table), table.name)
        case 25...30: return (partitions(table), table.name)
        case 31: return (database(), nil)
        case 32...34: return (view(tables), nil)
        case 35, 36: return (passing(table, tables), nil)
        case 37 where isMariaDB: return (sequence(), nil)
        default: return alter(table, tables)
        }
    }

    // MARK: Names

    /// A name as a statement has it.
    mutating func name(_ name: String) -> String { GeneratedNames.written(name, ansi: session.isANSI, &random) }

    /// A table's name, its database with it where it is not the session's.
    mutating func name(_ table: GeneratedTable) -> String { name(table.database, table.name) }

    mutating func name(_ database: String, _ table: String) -> String {
        if database == databases[0], random.chance(60) { return name(table) }
        return "`\(database)`." + name(table)
    }

    /// A table name that none has.
    mutating func freeTable(_ tables: [GeneratedTable], solo: Bool) -> String {
        let taken = Set(tables.map { $0.name.lowercased() })
        let free = (solo ? GeneratedNames.solo : GeneratedNames.shared).filter { !taken.contains($0.lowercased()) }
        return free.isEmpty ? "\(solo ? "solo" : "")x\(counter)" : random.pick(free)
    }

    /// A column name that the table does not have.
    mutating func freeColumn(_ taken: [String]) -> String {
        let taken = Set(taken.map { $0.lowercased() })
        return random.pick(GeneratedNames.columns.filter { !taken.contains($0.lowercased()) })
    }

    func list(_ names: [String]) -> String { "(" + names.joined(separator: ", ") + ")" }
}

extension GeneratedTable {
    /// What all of its columns have, as a definition has it.
    var type: String { (stored.first?.type ?? "int").uppercased() }
}
