import SyncMySQL
import TestSupport
import WorkloadKit

/// Writes rows of one side into whatever tables there are, and changes and deletes those that it wrote.
struct GeneratedRows: Sendable {
    let side: Side
    let server: TestServer
    private var random: SeededRandom
    private var row = 0
    private var version = 0

    init(_ side: Side, _ server: TestServer, seed: UInt64) {
        self.side = side
        self.server = server
        random = SeededRandom(seed: seed)
    }

    /// - Parameters:
    ///   - tables: as they are, or were or will be: a statement that does not fit any more is told as such.
    ///   - others: change rows of the other side, which has to rest.
    ///   - only: a table that is written in any case.
    /// - Returns: the statements, with the error of each that had one.
    mutating func write(
        _ count: Int, into tables: [GeneratedTable], others: Bool = false, only: String? = nil
    ) async throws -> [String] {
        let before = self
        let (lines, after) = try await server.withPlainSession { session in
            var rows = before
            return (try rows.write(count, into: tables, others: others, only: only, session), rows)
        }
        self = after
        return lines
    }

    private mutating func write(
        _ count: Int, into tables: [GeneratedTable], others: Bool, only: String?, _ session: Session
    ) throws -> [String] {
        try session.execute("SET sql_mode = 'STRICT_ALL_TABLES'")
        let tables = tables.filter { side == .a || !$0.isSolo && !$0.primary.isEmpty }
        guard !tables.isEmpty else { return [] }
        let name = side.rawValue.uppercased()
        var lines: [String] = []
        for _ in 0..<count {
            let wanted = tables.filter { $0.name == only }
            let table = wanted.isEmpty || random.chance(40) ? random.pick(tables) : random.pick(wanted)
            guard let text = try statement(table, others: others, session) else { continue }
            let failure = Self.failure(of: text, session)
            if let failure, !Self.expected.contains(failure.code.rawValue), !failure.isLockFailure { throw failure }
            lines.append(failure.map { "\(name)! \(text) -- \($0)" } ?? "\(name)  \(text)")
        }
        return lines
    }

    private static func failure(of statement: String, _ session: Session) -> MySQLError? {
        do { try session.execute(statement) } catch { return error }
        return nil
    }

    /// A statement came in between; a check, a foreign key or a partition does not want the row.
    private static let expected: Set<UInt32> = [
        1022, 1048, 1049, 1054, 1062, 1136, 1146, 1216, 1217, 1264, 1265, 1292, 1364, 1366, 1406, 1412, 1416, 1451, 1452, 1526, 1906, 3105, 3819,
        4025, 4078,
    ]

    private mutating func statement(_ table: GeneratedTable, others: Bool, _ session: Session) throws -> String? {
        let name = Self.quoted(table.database) + "." + Self.quoted(table.name)
        let key = table.primary.first.flatMap { first in table.columns.first { $0.name == first } } ?? table.written.first
        guard let key, let family = key.family else { return nil }
        let choice = others ? 9 : random.number(0...9)
        if choice < 6 { return insert(table, name) }
        let condition = GeneratedValue.condition(others ? side == .a ? .b : .a : side, Self.quoted(key.name), family)
        // Its own rows are the same whatever has come from the other side meanwhile.
        // It may just have got another name.
        let found = try? session.rows("SELECT QUOTE(\(Self.quoted(key.name))) FROM \(name) WHERE \(condition) ORDER BY 1")
        let keys = (found ?? []).compactMap { $0[0] }
        guard !keys.isEmpty else { return others ? nil : insert(table, name) }
        let chosen = (0..<random.number(1...2)).map { _ in random.pick(keys) }.joined(separator: ", ")
        if choice < 7 { return "DELETE FROM \(name) WHERE \(Self.quoted(key.name)) IN (\(chosen))" }
        let free = table.stored.filter { !table.primary.contains($0.name) && !table.isUnique($0.name) && $0.family != nil }
        guard !free.isEmpty else { return insert(table, name) }
        version += 1
        let changed = random.pick(free)
        let value = GeneratedValue.literal(
            side, row: random.number(0...row), column: changed.name, version: version, changed.family ?? .text)
        return "UPDATE \(name) SET \(Self.quoted(changed.name)) = \(value) WHERE \(Self.quoted(key.name)) IN (\(chosen))"
    }

    private mutating func insert(_ table: GeneratedTable, _ name: String) -> String {
        let isWhole = random.chance(60)
        var columns = table.written.filter {
            let isNeeded = table.isUnique($0.name) || !$0.isNullable && !$0.hasDefault
            return random.chance(60) || isWhole || isNeeded
        }
        if columns.isEmpty { columns = table.written }
        let rows = (0..<random.number(1...3)).map { _ in
            row += 1
            let values = columns.map { GeneratedValue.literal(side, row: row, column: $0.name, version: 0, $0.family ?? .text) }
            return "(" + values.joined(separator: ", ") + ")"
        }
        return
            "INSERT INTO \(name) (\(columns.map { Self.quoted($0.name) }.joined(separator: ", "))) VALUES \(rows.joined(separator: ", "))"
    }

    static func quoted(_ name: String) -> String { "`" + name.replacing("`", with: "``") + "`" }
}
