/// How to walk over the row images of a table: made once for each ``TableMap``, used for every row.
package final class RowLayout: Sendable {
    package let columns: [ColumnLayout]
    /// `database.table`, for errors.
    package let table: String
    let rules: Rules

    /// One entry per column, in memory of its own, so that the walk touches no array header.
    final class Rules: @unchecked Sendable {  // written by init only
        let pointer: UnsafeMutablePointer<Rule>
        private let count: Int

        init(_ columns: [ColumnLayout]) {
            count = columns.count
            pointer = .allocate(capacity: max(count, 1))
            for (index, column) in columns.enumerated() {
                let rule = Rule(
                    prefix: column.hasPrefix ? column.width : 0,
                    size: column.hasPrefix ? 0 : column.width,
                    isJSON: column.kind == .json
                )
                (pointer + index).initialize(to: rule)
            }
        }

        deinit { pointer.deallocate() }
    }

    /// Either the bytes of the length before the value, or the size of the value.
    struct Rule {
        let prefix: UInt8
        let size: UInt8
        let isJSON: Bool
    }

    package init(table: String, columns: [ColumnLayout]) {
        self.table = table
        self.columns = columns
        rules = Rules(columns)
    }

    /// - Parameters:
    ///   - unsigned: per column, from the schema; needed when the map has no signedness.
    ///   - collations: per column, from the schema (63 for binary strings); needed when the map has no character sets.
    ///   - forms: per column; nil means native for all.
    package convenience init(
        _ map: TableMap,
        unsigned: [Bool]? = nil,
        collations: [UInt16]? = nil,
        forms: [ColumnLayout.LiteralForm]? = nil
    ) throws(DecodeError) {
        let count = map.columns.count
        for given in [unsigned?.count, collations?.count, forms?.count] where given != nil && given != count {
            throw DecodeError(.invalid, "schema of \(given ?? 0) columns for \(count) in the log", at: 0)
        }
        var columns: [ColumnLayout] = []
        columns.reserveCapacity(count)
        for (index, column) in map.columns.enumerated() {
            do throws(DecodeError) {
                columns.append(
                    try ColumnLayout(
                        column,
                        unsigned: unsigned?[index],
                        collation: collations?[index],
                        form: forms?[index] ?? .native
                    )
                )
            } catch {
                var located = error
                located.table = map.name
                located.column = index
                throw located
            }
        }
        self.init(table: map.name, columns: columns)
    }
}
