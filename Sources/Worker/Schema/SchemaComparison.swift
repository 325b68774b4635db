/// Whether a table of the target can hold exactly what one of the source holds.
package struct SchemaComparison: Sendable {
    private let collations: CollationMap
    private let kindsDiffer: Bool

    /// - Parameter kindsDiffer: one server is a MySQL, the other a MariaDB, whose JSON is text.
    package init(_ collations: CollationMap, kindsDiffer: Bool) {
        self.collations = collations
        self.kindsDiffer = kindsDiffer
    }

    /// What differs, in words, each with the column's or key's name; empty: rows fit both ways.
    ///
    /// Order of columns, non-unique indexes, defaults and comments are not compared: rows are written by column names.
    package func differences(_ source: TableDefinition, _ target: TableDefinition) -> [String] {
        var result: [String] = []
        for column in source.columns {
            guard let index = target.index(ofColumn: column.name) else {
                if !column.isGenerated { result.append("column \(column.name) is missing on the target") }
                continue
            }
            if let difference = difference(column, target.columns[index]) {
                result.append("column \(column.name): \(difference)")
            }
        }
        for column in target.columns where source.index(ofColumn: column.name) == nil && !column.isGenerated {
            if !column.isOptional {
                result.append("column \(column.name) of the target has no default and is missing on the source")
            }
        }
        return result + keyDifferences(source, target)
    }

    private func difference(_ source: TableDefinition.Column, _ target: TableDefinition.Column) -> String? {
        if source.isGenerated != target.isGenerated {
            return target.isGenerated ? "generated on the target only" : "generated on the source only"
        }
        // MySQL sorts a document's members and writes its numbers anew: the source's text could not be found again.
        if target.dataType == "json", source.dataType != "json" {
            return "\(source.columnType) on the source, json on the target, which keeps another text"
        }
        let (type, other) = (normalized(source), normalized(target))
        if type != other { return "\(source.columnType) on the source, \(target.columnType) on the target" }
        if source.isNullable != target.isNullable, !source.isGenerated {
            return source.isNullable ? "NOT NULL on the target only" : "NOT NULL on the source only"
        }
        if let collation = source.collation, let there = target.collation, !isJSON(source), !isJSON(target) {
            // A source's collation may have several counterparts, if the target was made by hand.
            if collations.target(of: collation) != there && !Self.isSame(collation, there) {
                return "\(collation) on the source, \(there) on the target"
            }
        }
        return nil
    }

    private func keyDifferences(_ source: TableDefinition, _ target: TableDefinition) -> [String] {
        let (here, there) = (Self.uniqueKeys(source), Self.uniqueKeys(target))
        var result: [String] = []
        for key in here.subtracting(there).sorted() { result.append("unique key (\(key)) is missing on the target") }
        for key in there.subtracting(here).sorted() {
            result.append("unique key (\(key)) of the target is missing on the source")
        }
        return result
    }

    private static func uniqueKeys(_ table: TableDefinition) -> Set<String> {
        Set(
            table.indexes.filter(\.isUnique).map { index in
                index.columns.map { $0?.lowercased() ?? "expression" }.joined(separator: ", ")
                    + (index.hasPrefix ? " by prefix" : "")
            }
        )
    }

    /// MariaDB's JSON is text that is checked.
    private func isJSON(_ column: TableDefinition.Column) -> Bool {
        column.dataType == "json" || (kindsDiffer && column.dataType == "longtext" && column.collation == "utf8mb4_bin")
    }

    private func normalized(_ column: TableDefinition.Column) -> String {
        if isJSON(column) { return "json" }
        var type = column.columnType
        if let comment = type.firstRange(of: " /*") { type = String(type[..<comment.lowerBound]) }
        switch column.dataType {
        case "tinyint", "smallint", "mediumint", "int", "bigint", "year":
            // The width is only for printing, and newer servers leave it out; it matters with ZEROFILL, but not to values.
            return column.dataType + (column.isUnsigned ? " unsigned" : "")
        case "geomcollection": return "geometrycollection"
        case "enum", "set": return type
        default: return type.lowercased()
        }
    }

    private static func isSame(_ collation: String, _ other: String) -> Bool {
        collation == other
            || collation.replacing("utf8mb3_", with: "utf8_") == other.replacing("utf8mb3_", with: "utf8_")
    }
}
