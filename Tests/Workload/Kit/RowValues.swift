/// Random values of the shop's columns, as SQL literals.
struct RowValues {
    var random: SeededRandom

    private static let words = [
        "apple", "Äpfel", "straße", "naïve", "数据库同步", "🚀 launch", "O'Brien", "back\\slash", "tab\there", "line\nbreak",
        "", " leading", "trailing ", "100%", "q\"uote", "e\u{301}", "\u{200B}", "ﬀ", "NULL", "0",
    ]
    private static let latin = ["Zürich", "señor", "ça va", "x²", "", "£5", "Ångström"]
    private static let chinese = ["数据", "同步", "東京", "abc", "", "汉字测试"]

    mutating func text() -> String { Literal.text(random.pick(Self.words) + random.pick(Self.words)) }

    mutating func optionalText() -> String { random.chance(15) ? "NULL" : text() }

    mutating func money() -> String {
        "\(random.chance(20) ? "-" : "")\(random.number(0...999_999_999)).\(padded(random.number(0...9999), 4))"
    }

    mutating func price() -> String { "\(random.number(0...9999)).\(padded(random.number(0...99), 2))" }

    mutating func day() -> String {
        "\(random.number(1971...2037))-\(padded(random.number(1...12), 2))-\(padded(random.number(1...28), 2))"
    }

    mutating func moment(digits: Int) -> String {
        var time = "\(padded(random.number(0...23), 2)):\(padded(random.number(0...59), 2)):\(padded(random.number(0...59), 2))"
        if digits > 0 { time += "." + String(padded(random.number(0...999_999), 6).prefix(digits)) }
        return "'\(day()) \(time)'"
    }

    mutating func slot() -> String {
        let sign = random.chance(30) ? "-" : ""
        return "'\(sign)\(random.number(0...838)):\(padded(random.number(0...58), 2)):\(padded(random.number(0...58), 2)).\(padded(random.number(0...999), 3))'"
    }

    mutating func float() -> String { "\(random.number(-99999...99999)).\(random.number(0...999))e\(random.number(-20...20))" }

    mutating func double() -> String {
        "\(random.number(-9_999_999...9_999_999)).\(random.number(0...999_999_999))e\(random.number(-250...250))"
    }

    mutating func blob(_ length: Int) -> String {
        var bytes = [UInt8](repeating: 0, count: length)
        for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: random.next()) }
        // Zero bytes at the end are the ones that get lost.
        if random.chance(30), length > 1 { bytes[length - 1] = 0 }
        return Literal.bytes(bytes)
    }

    /// No DECIMAL inside: a server gives one out as text that reads back as a DOUBLE.
    mutating func json() -> String {
        """
        JSON_OBJECT('n', \(random.number(-1_000_000...1_000_000)), 'd', \(price())e0, 'e', \(float()), 't', \(text()), \
        'list', JSON_ARRAY(1, NULL, \(random.chance(50)), \(text())), 'deep', JSON_OBJECT('x', JSON_ARRAY()))
        """
    }

    mutating func orNull(_ value: String) -> String { random.chance(10) ? "NULL" : value }

    // MARK: Rows, as lists of values in the order of the columns that can be written

    mutating func customer(_ id: UInt64) -> String {
        "(\(id), \(text()), \(optionalText()), \(money()), \(moment(digits: 6)), \(orNull(moment(digits: 3))))"
    }

    mutating func order(_ id: UInt64, customer: UInt64) -> String {
        "(\(id), \(customer), \(moment(digits: 0)), \(random.number(1...4)))"
    }

    mutating func line(_ order: UInt64, _ line: Int) -> String {
        "(\(order), \(line), \(random.number(-5...500)), \(price()), \(optionalText()))"
    }

    mutating func product(_ sku: String) -> String {
        """
        (\(Literal.text(sku)), \(orNull(float())), \(orNull(double())), \(orNull("\(random.number(1...3))")), \
        \(random.number(0...15)), \(orNull("\(random.number(0...524_287))")), \(orNull("\(random.number(1901...2155))")), \
        \(orNull("'\(day())'")), \(orNull(slot())), \(random.number(-128...127)), \(random.number(0...16_777_215)), \
        \(random.next()))
        """
    }

    mutating func account(_ id: UInt64, _ side: Side) -> String {
        "(\(id), '\(side.prefix)\(id)', \(random.number(-1000...1000)))"
    }

    mutating func document(_ id: String) -> String {
        let size = random.chance(3) ? random.number(20_000...200_000) : random.number(0...400)
        return "(\(Literal.bytes(Array(id.utf8))), \(orNull(blob(size))), \(blob(8)), \(orNull(json())))"
    }

    mutating func textRow(_ id: UInt64) -> String {
        "(\(id), \(orNull(Literal.text(random.pick(Self.latin)))), \(orNull(Literal.text(random.pick(Self.chinese)))), '\(random.number(0...99999))')"
    }

    /// Few different values, so that rows repeat: a table without a key may hold the same row many times.
    mutating func auditRow() -> String {
        "('2026-01-01 00:00:0\(random.number(0...9)).5', \(orNull("\(random.number(1...20))")), \(Literal.text(random.pick(Self.words))))"
    }

    mutating func latinText() -> String { Literal.text(random.pick(Self.latin)) }
    mutating func chineseText() -> String { Literal.text(random.pick(Self.chinese)) }

    private func padded(_ number: Int, _ width: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
