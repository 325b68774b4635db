/// FLOAT(M,D), of which servers take no number above M nines: they may have stored it as a larger one, of fewer digits.
///
/// `99999.99999` in a FLOAT(10,5) is 100000, which nobody can write into it.
package struct FloatCeiling: Sendable, Hashable {
    private let largest: Double

    /// - Returns: nil for a column that takes all numbers that it can hold.
    package init?(_ column: TableDefinition.Column) {
        guard column.dataType == "float", let match = column.columnType.lowercased().firstMatch(of: #/^float\(([0-9]+),([0-9]+)\)/#),
            let digits = Int(match.1), let decimals = Int(match.2), digits >= decimals, digits - decimals <= 22, decimals <= 22
        else { return nil }
        // As servers compute it: powers of ten up to 22 are doubles themselves.
        largest = Self.power(digits - decimals) - 1 / Self.power(decimals)
        if Double(Float(largest)) <= largest { return nil }
    }

    private static func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1.0) { power, _ in power * 10 } }

    /// What is to be written so that this is stored; nil: the number itself.
    package func written(for stored: Double) -> Double? {
        guard stored.magnitude > largest, stored.magnitude == Double(Float(largest)) else { return nil }
        return stored < 0 ? -largest : largest
    }
}
