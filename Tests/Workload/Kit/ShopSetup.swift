package import SyncMySQL

/// Makes the shop and fills it.
package struct ShopSetup: Sendable {
    package static let database = "shop"
    private static let batch = 500

    package var database: String
    /// Rows over all tables, about.
    package var rows: Int
    package var seed: UInt64
    /// Whose keys the rows have.
    package var sides: [Side]
    /// Whether there is a table without a key. Its rows are A's.
    package var hasKeyless: Bool

    package init(
        database: String = ShopSetup.database, rows: Int, seed: UInt64 = 1, sides: [Side] = Side.allCases, hasKeyless: Bool = true
    ) {
        self.database = database
        self.rows = rows
        self.seed = seed
        self.sides = sides
        self.hasKeyless = hasKeyless
    }

    /// Makes the tables, without rows. A database of that name is dropped first.
    package func createTables(_ session: Session) throws(MySQLError) {
        let name = Literal.name(database)
        try session.execute("DROP DATABASE IF EXISTS \(name)")
        try session.execute("CREATE DATABASE \(name) DEFAULT CHARACTER SET utf8mb4")
        try session.execute("USE \(name)")
        for definition in ShopTables.definitions + (hasKeyless ? [ShopTables.keyless] : []) {
            try session.execute("CREATE TABLE \(definition) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4")
        }
    }

    /// - Parameter progress: called now and then with the rows written so far.
    /// - Returns: rows written.
    package func fill(_ session: Session, progress: (Int) -> Void = { _ in }) throws -> Int {
        try session.execute("USE \(Literal.name(database))")
        // The values of the rows are valid under these settings on both kinds of server.
        try session.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES'")
        var values = RowValues(random: SeededRandom(seed: seed))
        var written = 0
        for table in filledTables {
            for start in stride(from: 0, to: table.count, by: Self.batch) {
                let indices = start..<min(start + Self.batch, table.count)
                let rows = indices.map { row(of: table.name, $0, &values) }
                try session.execute("INSERT INTO \(table.name) \(table.columns) VALUES " + rows.joined(separator: ","))
                written += rows.count
                progress(written)
            }
        }
        return written
    }

    private var large: Int { max(1, rows / 4) }

    private var filledTables: [(name: String, columns: String, count: Int)] {
        let small = max(1, rows / 16)
        return [
            ("customers", "", large), ("orders", "", large), ("order_lines", Self.lineColumns, large), ("products", "", small),
            ("accounts", "", small), ("documents", "", small), ("texts", "", small),
            ("audit", "", hasKeyless && sides.contains(.a) ? small : 0),
        ]
    }

    private func row(of table: String, _ index: Int, _ values: inout RowValues) -> String {
        let orders = max(1, large / 2)
        return switch table {
        case "customers": values.customer(key(index))
        // Three orders for each of the first customers.
        case "orders": values.order(key(index), customer: key(index / sides.count / 3 * sides.count + index % sides.count))
        case "order_lines": values.line(key(index % orders), index / orders + 1)
        case "products": values.product(textKey(index))
        case "accounts": values.account(key(index), side(index))
        case "documents": values.document(textKey(index))
        case "texts": values.textRow(key(index))
        default: values.auditRow()
        }
    }

    package var tableCount: Int { ShopTables.definitions.count + (hasKeyless ? 1 : 0) }

    /// Integer keys that ``fill(_:progress:)`` gives to a side's rows are up to this.
    package var highestKey: UInt64 { UInt64(max(1, rows / 4)) * 2 + 2 }

    static let lineColumns = "(order_id, line, quantity, price, label)"

    private func side(_ index: Int) -> Side { sides[index % sides.count] }

    private func key(_ index: Int) -> UInt64 { UInt64(index / sides.count + 1) * 2 + side(index).parity }

    private func textKey(_ index: Int) -> String { side(index).prefix + "\(index / sides.count + 1)" }
}
