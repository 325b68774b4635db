import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerFilter
import WorkerSchema
import WorkerSource

/// A table with a column of every type that a filter can compare, and rows of chance and of extremes in it.
struct FilterTable {
    static let rows = 60

    /// Each with its type and with literals of values that it may hold, apart from NULL.
    static let columns: [(name: String, type: String, values: [String])] = [
        ("ti", "TINYINT", ["-128", "-1", "0", "1", "127"]),
        ("su", "SMALLINT UNSIGNED", ["0", "1", "2", "65535"]),
        ("mi", "MEDIUMINT", ["-8388608", "0", "3", "8388607"]),
        ("n", "INT NOT NULL", ["-2147483648", "-7", "0", "7", "2147483647"]),
        ("bi", "BIGINT", ["-9223372036854775808", "-1", "0", "9007199254740993", "9223372036854775807"]),
        ("bu", "BIGINT UNSIGNED", ["0", "1", "9223372036854775808", "18446744073709551615"]),
        ("d", "DECIMAL(10,3)", ["-9999999.999", "-0.001", "0", "0.5", "1.000", "2.500", "9999999.999"]),
        ("dw", "DECIMAL(30,10)", ["-99999999999999999999.9999999999", "0", "1", "0.0000000001", "12345678901234567890.0123456789"]),
        ("f", "FLOAT", ["-3.4e38", "-0.0", "0", "0.1", "1", "2.5", "3.4e38"]),
        ("x", "DOUBLE NOT NULL", ["-1.7e308", "-1", "0", "0.1", "1", "5e-324", "1.7e308", "9007199254740993"]),
        ("y", "YEAR", ["0", "1901", "2000", "2024", "2155"]),
        ("c", "CHAR(6) CHARACTER SET utf8mb4", ["''", "'a'", "'A'", "'ab'", "'a b'", "'b'", "'\u{E4}'", "'%'"]),
        ("v", "VARCHAR(20) CHARACTER SET latin1", ["''", "'a'", "'a '", "'B'", "'\u{E9}'", "'abc'", "'a%c'", "'a_c'", "'\\\\'"]),
        ("tx", "TEXT CHARACTER SET utf8mb4", ["''", "'a'", "'abcab'", "'\u{1F600}'", "'x\u{1F600}y'", "'it''s'"]),
        ("da", "DATE", ["'0000-00-00'", "'1000-01-01'", "'2024-02-29'", "'2024-03-00'", "'9999-12-31'"]),
        ("dn", "DATE NOT NULL", ["'0000-00-00'", "'2024-02-29'", "'2024-03-01'"]),
        ("dt", "DATETIME(3)", ["'0000-00-00 00:00:00'", "'2024-02-29 00:00:00'", "'2024-02-29 12:30:00.500'", "'9999-12-31 23:59:59.999'"]),
        ("ts", "TIMESTAMP(6) NULL", ["'0000-00-00 00:00:00'", "'1970-01-01 00:00:01'", "'2024-02-29 12:30:00.500000'", "'2038-01-19 03:14:07.999999'"]),
        ("tm", "TIME(2)", ["'-838:59:59'", "'-00:00:01'", "'00:00:00'", "'12:30:00.50'", "'838:59:59'"]),
    ]

    let database: String
    let session: Session
    let definition: TableDefinition
    private let options: Session.Options

    init(_ options: Session.Options, _ database: String, _ random: inout SeededGenerator) throws {
        self.options = options
        self.database = database
        session = try Session(options)
        try session.prepareForReading()
        try session.execute("SET NAMES utf8mb4")
        try session.execute("DROP DATABASE IF EXISTS \(database)")
        try session.execute("CREATE DATABASE \(database)")
        try session.execute("USE \(database)")
        let list = Self.columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
        try session.execute("CREATE TABLE p (id INT PRIMARY KEY, \(list))")
        guard let found = try SchemaReader(session).table(TableName(database: database, table: "p")) else {
            throw TestServer.Missing(description: "the table is not there")
        }
        definition = found
    }

    /// Writes the rows and calls `body` with the image of each, as the binlog has it.
    func write(_ random: inout SeededGenerator, _ body: (_ id: Int, RowImage, RowLayout) throws -> Void) throws {
        let profile = try ServerProfile(session)
        let start = try currentBinlogPosition(session, profile)
        for id in 1...Self.rows {
            let values = Self.columns.map { column in
                let isNull = !column.type.contains("NOT NULL") && UInt64.random(in: 0..<4, using: &random) == 0
                return isNull ? "NULL" : column.values.randomElement(using: &random) ?? "NULL"
            }
            try session.execute("INSERT INTO p VALUES (\(id), \(values.joined(separator: ", ")))")
        }
        let replica = try Session(options)
        try replica.execute("SET @master_binlog_checksum = @@global.binlog_checksum, @source_binlog_checksum = @@global.binlog_checksum")
        if profile.isMariaDB { try replica.execute("SET @mariadb_slave_capability = 4") }
        let stream = try BinlogStream(
            replica, serverID: UInt32.random(in: 3_000_000_000...4_000_000_000, using: &random),
            from: .file(start.file ?? "", offset: start.offset ?? 4))
        var decoder = EventDecoder()
        var maps: [UInt64: TableMap] = [:]
        var seen = 0
        while seen < Self.rows, let event = try stream.next() {
            switch try decoder.decode(event) {
            case .tableMap(let map): maps[map.tableID] = map
            case .rows(let rows):
                guard let map = maps[rows.tableID], map.database == database else { continue }
                let route = try TableRoute(map, source: definition, target: definition)
                try rows.forEachRow(layout: route.layout) { _, after in
                    seen += 1
                    // Rows arrive in the order of their ids.
                    if let after { try body(seen, after, route.layout) }
                }
            default: break
            }
        }
    }

    /// What the server says of a condition, by the rows' ids.
    func answers(_ condition: String) throws -> [Bool?] {
        try session.rows("SELECT NOT (NOT (\(condition))) FROM p ORDER BY id").map { row in row[0].map { $0 != "0" } }
    }

    /// The ids of the rows that the server finds by a condition, along a key as the copy does.
    func found(by condition: String) throws -> [Int] {
        try session.rows("SELECT id FROM p FORCE INDEX (PRIMARY) WHERE id > 0 AND \(condition) ORDER BY id").compactMap { $0[0].flatMap { Int($0) } }
    }

    func clean() throws { try session.execute("DROP DATABASE \(database)") }
}
