import SyncModel

/// Lays out text in aligned columns, two blanks apart. The last column is not padded.
enum Table {
    static func rows(_ rows: [[String]], indent: String = "") -> String {
        // A line break in a name or a message would look like a line of ours.
        let rows = rows.map { $0.map(\.visibleOnOneLine) }
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            var line = indent
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}
