/// A row of text values. A column that the answer does not have is nil, as NULL is: servers may answer with fewer than they
/// were asked for.
package struct TextRow: RandomAccessCollection, Sendable, Hashable, ExpressibleByArrayLiteral {
    private let values: [String?]

    package init(_ values: [String?]) { self.values = values }

    package init(arrayLiteral elements: String?...) { values = elements }

    package var startIndex: Int { 0 }
    package var endIndex: Int { values.count }

    package subscript(_ column: Int) -> String? { values.indices.contains(column) ? values[column] : nil }
}
