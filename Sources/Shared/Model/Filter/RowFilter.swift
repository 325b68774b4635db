/// The row filter of a table: an SQL condition over its columns, read and put into a tree.
///
/// Both programs read it: the supervisor when a file is read, so that a slip is found at once, and to turn it round for the
/// other half of a pair; the worker to check it against the table and to evaluate it.
package struct RowFilter: Sendable, Hashable {
    package let text: String
    package let syntax: FilterSyntax
    /// Each place where a column is named.
    private let places: [Place]

    private struct Place: Sendable, Hashable {
        var name: String
        var range: Range<Int>
    }

    package init(_ text: String) throws(FilterProblem) {
        self.text = text
        var parser = FilterParser(try FilterScanner.tokens(Array(text.unicodeScalars)))
        syntax = try parser.filter()
        places = parser.columns.map { Place(name: $0.name, range: $0.range) }
    }

    /// Names of its columns as they are written, each once, in lower case.
    package var columns: Set<String> { Set(places.map { $0.name.lowercased() }) }

    /// The same condition with other names of columns.
    ///
    /// - Parameter name: the new name of a column; nil: it keeps its name.
    package func renaming(_ name: (String) -> String?) -> String {
        var scalars = Array(text.unicodeScalars)
        for place in places.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            guard let new = name(place.name) else { continue }
            let quoted = "`" + new.replacing("`", with: "``") + "`"
            scalars.replaceSubrange(place.range, with: Array(quoted.unicodeScalars))
        }
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return String(result)
    }
}
