/// Thinks up the transactions of one writer: what shops do, and what syncs stumble over.
///
/// All keys are of the writer's side: even integers or `a-…` for A, odd integers or `b-…` for B.
struct TransactionMaker {
    /// Keys that were there before any writer began are below this.
    private let oldKeys: UInt64
    private let side: Side
    private let writesKeyless: Bool
    private var values: RowValues
    /// The next new key of this writer; no other writer ever uses keys of its range.
    private(set) var nextKey: UInt64
    /// New keys whose rows may still be there.
    private var recent: [UInt64] = []

    init(side: Side, oldKeys: UInt64, nextKey: UInt64, writesKeyless: Bool, random: SeededRandom) {
        self.side = side
        self.oldKeys = oldKeys
        self.nextKey = nextKey
        self.writesKeyless = writesKeyless
        values = RowValues(random: random)
    }

    mutating func next() -> WriterTransaction {
        var transaction = WriterTransaction()
        switch values.random.number(0...99) {
        case 0..<18: placeOrder(&transaction)
        case 18..<34: changeCustomers(&transaction)
        case 34..<43: changeProducts(&transaction)
        case 43..<49: cancelOrder(&transaction)
        case 49..<52: forgetCustomer(&transaction)
        case 52..<58: useSavepoint(&transaction)
        case 58..<62: changeItsMind(&transaction)
        case 62..<64: bulkChange(&transaction)
        case 64..<66: bulkInsert(&transaction)
        case 66..<70: changeKeys(&transaction)
        case 70..<73: swapLogins(&transaction)
        case 73..<76: comeAndGo(&transaction)
        case 76..<84: changeDocuments(&transaction)
        case 84..<89: changeTexts(&transaction)
        default: writesKeyless ? changeAudit(&transaction) : changeCustomers(&transaction)
        }
        return transaction
    }

    // MARK: Keys

    private mutating func newKey() -> UInt64 {
        defer { nextKey += 2 }
        recent.append(nextKey)
        if recent.count > 400 { recent.removeFirst(200) }
        return nextKey
    }

    /// A key that has, or once had, a row.
    private mutating func someKey() -> UInt64 {
        if !recent.isEmpty, values.random.chance(50) { return values.random.pick(recent) }
        let range = max(1, Int(oldKeys / 2))
        return UInt64(values.random.number(1...range)) * 2 + side.parity
    }

    private mutating func someTextKey() -> String {
        if !recent.isEmpty, values.random.chance(30) { return "\(side.prefix)\(values.random.pick(recent))" }
        return "\(side.prefix)\(values.random.number(1...max(1, Int(oldKeys / 8))))"
    }

    private func documentKey(_ key: String) -> String { Literal.bytes(Array(key.utf8)) }

    // MARK: Everyday work

    private mutating func placeOrder(_ transaction: inout WriterTransaction) {
        let order = newKey()
        var customer = someKey()
        if values.random.chance(40) {
            customer = newKey()
            transaction += "INSERT INTO customers VALUES \(values.customer(customer))"
        }
        // The customer may be gone by now; then nothing is ordered.
        transaction += """
            INSERT INTO orders SELECT \(order), id, \(values.moment(digits: 0)), \(values.random.number(1...4))
            FROM customers WHERE id = \(customer)
            """
        let lines = (1...values.random.number(1...6)).map { values.line(order, $0) }
        transaction += "INSERT INTO order_lines \(ShopSetup.lineColumns) VALUES \(lines.joined(separator: ","))"
        if values.random.chance(20) { transaction += "INSERT INTO accounts VALUES \(values.account(newKey(), side))" }
        if values.random.chance(20) { transaction += "INSERT INTO products VALUES \(values.product("\(side.prefix)\(newKey())"))" }
        if writesKeyless, values.random.chance(20) { transaction += "INSERT INTO audit VALUES \(values.auditRow())" }
    }

    private mutating func changeCustomers(_ transaction: inout WriterTransaction) {
        for _ in 1...values.random.number(1...3) {
            let key = someKey()
            switch values.random.number(0...2) {
            case 0: transaction += "UPDATE customers SET balance = balance + \(values.price()) WHERE id = \(key)"
            case 1:
                transaction += """
                    UPDATE customers SET name = \(values.text()), note = \(values.optionalText()),
                        seen = \(values.orNull(values.moment(digits: 3))) WHERE id = \(key)
                    """
            default: transaction += "UPDATE orders SET state = \(values.random.number(1...4)) WHERE id = \(key)"
            }
        }
    }

    private mutating func changeProducts(_ transaction: inout WriterTransaction) {
        transaction += """
            UPDATE products SET weight = \(values.orNull(values.float())), factor = \(values.orNull(values.double())),
                mask = \(values.random.number(0...524_287)), flags = \(values.random.number(0...15)), slot = \(values.slot())
            WHERE sku = \(Literal.text(someTextKey()))
            """
    }

    private mutating func cancelOrder(_ transaction: inout WriterTransaction) {
        let order = someKey()
        transaction += "DELETE FROM order_lines WHERE order_id = \(order)"
        transaction += "DELETE FROM orders WHERE id = \(order)"
    }

    private mutating func forgetCustomer(_ transaction: inout WriterTransaction) {
        let customer = someKey()
        transaction += "DELETE FROM orders WHERE customer_id = \(customer)"
        transaction += "DELETE FROM customers WHERE id = \(customer)"
    }

    private mutating func changeDocuments(_ transaction: inout WriterTransaction) {
        let key = someTextKey()
        switch values.random.number(0...3) {
        case 0: transaction += "INSERT INTO documents VALUES \(values.document("\(side.prefix)\(newKey())"))"
        case 1: transaction += "DELETE FROM documents WHERE id = \(documentKey(key))"
        case 2:
            transaction += """
                UPDATE documents SET data = JSON_SET(data, '$.n', \(values.random.number(0...9999)), '$.new', \(values.text()))
                WHERE id = \(documentKey(key)) AND data IS NOT NULL
                """
        default:
            transaction += """
                UPDATE documents SET body = \(values.blob(values.random.number(0...3000))), short = \(values.blob(8))
                WHERE id = \(documentKey(key))
                """
        }
    }

    private mutating func changeTexts(_ transaction: inout WriterTransaction) {
        transaction += "UPDATE texts SET latin = \(values.latinText()), chinese = \(values.chineseText()) WHERE id = \(someKey())"
        if values.random.chance(30) { transaction += "INSERT INTO texts VALUES \(values.textRow(newKey()))" }
    }

    private mutating func changeAudit(_ transaction: inout WriterTransaction) {
        switch values.random.number(0...3) {
        case 0, 1:
            let rows = (1...values.random.number(1...4)).map { _ in values.auditRow() }
            transaction += "INSERT INTO audit VALUES \(rows.joined(separator: ","))"
        // One of several equal rows: which one cannot be told apart, how many must be right.
        case 2: transaction += "UPDATE audit SET what = \(values.text()) WHERE subject = \(values.random.number(1...20)) LIMIT 2"
        default: transaction += "DELETE FROM audit WHERE subject = \(values.random.number(1...20)) LIMIT 2"
        }
    }

    // MARK: What syncs stumble over

    private mutating func useSavepoint(_ transaction: inout WriterTransaction) {
        placeOrder(&transaction)
        transaction += "SAVEPOINT before_more"
        cancelOrder(&transaction)
        let key = newKey()
        transaction += "INSERT INTO customers VALUES \(values.customer(key))"
        transaction += "ROLLBACK TO SAVEPOINT before_more"
        // The same key again, with another row.
        transaction += "INSERT INTO customers VALUES \(values.customer(key))"
        changeCustomers(&transaction)
    }

    private mutating func changeItsMind(_ transaction: inout WriterTransaction) {
        placeOrder(&transaction)
        changeCustomers(&transaction)
        transaction.isRolledBack = true
    }

    private mutating func bulkChange(_ transaction: inout WriterTransaction) {
        let first = someKey()
        let range = "BETWEEN \(first) AND \(first + UInt64(values.random.number(20...400)))"
        let mine = "% 2 = \(side.parity)"
        switch values.random.number(0...3) {
        case 0: transaction += "UPDATE customers SET balance = balance + 1 WHERE id \(range) AND id \(mine)"
        case 1: transaction += "UPDATE order_lines SET quantity = quantity + 1 WHERE order_id \(range) AND order_id \(mine)"
        case 2: transaction += "UPDATE accounts SET points = points - 1 WHERE id \(range) AND id \(mine)"
        default: transaction += "DELETE FROM order_lines WHERE order_id \(range) AND order_id \(mine) AND line > 1"
        }
    }

    private mutating func bulkInsert(_ transaction: inout WriterTransaction) {
        let count = values.random.number(100...800)
        var lines: [String] = []
        for _ in 0..<count / 4 {
            let order = newKey()
            for line in 1...4 { lines.append(values.line(order, line)) }
        }
        transaction += "INSERT INTO order_lines \(ShopSetup.lineColumns) VALUES \(lines.joined(separator: ","))"
        // Lines of old orders once more, under new keys of this writer.
        let first = newKey()
        nextKey += 400
        let old = someKey()
        transaction += """
            INSERT IGNORE INTO order_lines \(ShopSetup.lineColumns)
            SELECT order_id - \(old) + \(first), line, quantity, price, label FROM order_lines
            WHERE order_id BETWEEN \(old) AND \(old + 398) AND order_id % 2 = \(side.parity)
            """
    }

    private mutating func changeKeys(_ transaction: inout WriterTransaction) {
        let old = someKey()
        transaction += "UPDATE accounts SET id = \(newKey()) WHERE id = \(old)"
        transaction += "UPDATE order_lines SET line = line + 100 WHERE order_id = \(someKey()) AND line < 100 ORDER BY line DESC"
    }

    private mutating func swapLogins(_ transaction: inout WriterTransaction) {
        let first = newKey()
        let second = newKey()
        transaction += "INSERT INTO accounts VALUES \(values.account(first, side)), \(values.account(second, side))"
        transaction += "UPDATE accounts SET login = '\(side.prefix)swap-\(first)' WHERE id = \(first)"
        transaction += "UPDATE accounts SET login = '\(side.prefix)\(first)' WHERE id = \(second)"
        transaction += "UPDATE accounts SET login = '\(side.prefix)\(second)' WHERE id = \(first)"
    }

    private mutating func comeAndGo(_ transaction: inout WriterTransaction) {
        let key = newKey()
        transaction += "INSERT INTO customers VALUES \(values.customer(key))"
        transaction += "DELETE FROM customers WHERE id = \(key)"
        transaction += "INSERT INTO customers VALUES \(values.customer(key))"
        if values.random.chance(50) { transaction += "DELETE FROM customers WHERE id = \(key)" }
    }
}
