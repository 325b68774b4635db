import SyncModel
import SyncMySQL
import WorkerSchema

/// The key that a table is read along, and how places in it are named.
///
/// Only the server compares keys (collations, ENUM order, padding are its business); a place is the exact values of a
/// row's key, carried back as literals.
struct KeyOrder: Sendable {
    /// The values of a key, each as the bytes that the server printed.
    struct Place: Sendable, Hashable {
        var values: [[UInt8]]

        init(_ values: [[UInt8]]) { self.values = values }

        /// From its form in `__dts__.load_state`: hexadecimal values with commas between.
        init?(encoded: String) {
            var values: [[UInt8]] = [[]]
            var high: UInt8?
            for character in encoded.utf8 {
                if character == UInt8(ascii: ",") {
                    guard high == nil else { return nil }
                    values.append([])
                } else {
                    guard let digit = Character(UnicodeScalar(character)).hexDigitValue else { return nil }
                    if let first = high {
                        values[values.count - 1].append(first << 4 | UInt8(digit))
                        high = nil
                    } else {
                        high = UInt8(digit)
                    }
                }
            }
            guard high == nil else { return nil }
            self.values = values
        }

        var encoded: String { values.map(hexadecimal).joined(separator: ",") }
    }

    /// Name of the index, for `FORCE INDEX`.
    var index: String
    var columns: [CopiedColumn]

    var columnList: String { columns.map { quoteIdentifier($0.name) }.joined(separator: ", ") }

    var expressions: String { columns.map { $0.form.expression($0.name) }.joined(separator: ", ") }

    /// - Throws: `value-invalid`.
    func place(_ row: borrowing Row, of table: TableName) throws(Failure) -> Place {
        var values: [[UInt8]] = []
        for column in columns.indices {
            guard let value = row.bytes(column), columns[column].form.allows(value) else { throw columns[column].refusal(of: table) }
            values.append([UInt8](value))
        }
        return Place(values)
    }

    /// Condition for rows behind a place; written out, because no server uses an index for `(a, b) > (x, y)`.
    func isBehind(_ place: Place) -> String { compare(place, last: ">") }

    /// Condition for rows before a place or at it.
    func isUpTo(_ place: Place) -> String { compare(place, last: "<=") }

    func isAt(_ place: Place) -> String {
        columns.indices.map { "\(columns[$0].comparand) = \(columns[$0].literal(place.values[$0]))" }
            .joined(separator: " AND ")
    }

    /// Condition for rows at any of these places.
    func isAmong(_ places: [Place]) -> String {
        if columns.count == 1 {
            let values = places.map { columns[0].literal($0.values[0]) }.joined(separator: ", ")
            return "\(columns[0].comparand) IN (\(values))"
        }
        // Not every server uses an index for `(a, b) IN (…)`.
        return places.map { "(\(isAt($0)))" }.joined(separator: " OR ")
    }

    private func compare(_ place: Place, last: String) -> String {
        var alternatives: [String] = []
        var equal: [String] = []
        for index in columns.indices {
            let name = columns[index].comparand
            let value = columns[index].literal(place.values[index])
            let sign = index == columns.count - 1 ? last : String(last.prefix(1))
            alternatives.append("(" + (equal + ["\(name) \(sign) \(value)"]).joined(separator: " AND ") + ")")
            equal.append("\(name) = \(value)")
        }
        return "(" + alternatives.joined(separator: " OR ") + ")"
    }
}
