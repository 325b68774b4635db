/// FLOAT(M,D), of which servers take no number above M nines: they may have stored it as a larger one, of fewer digits.
///
/// `99999.99999` in a FLOAT(10,5) is 100000, which nobody can write into it.
package struct FloatCeiling: Sendable, Hashable {
    private let largest: Double

    /// - Returns: nil for a column that takes all numbers that it can hold.
    package init?(_ column: TableDefinition.Column) {
        guard column.dataType == "float", let match = column.columnType.lowercased().firstMatch(of: #/^float\(([0-9]+),([0-9]+)\)/#),
            let digits = Int(match.1), let decimals = Int(match.2), digits >= decimals,
            // As servers compute it.
            let next = Double("1e\(digits - decimals)"), let parts = Double("1e\(decimals)")
        else { return nil }
        largest = next - 1 / parts
        if Double(Float(largest)) <= largest { return nil }
    }

    /// What is to be written so that this is stored; nil: the number itself.
    package func written(for stored: Double) -> Double? {
        guard stored.magnitude > largest, stored.magnitude == Double(Float(largest)) else { return nil }
        return stored < 0 ? -largest : largest
    }
}
