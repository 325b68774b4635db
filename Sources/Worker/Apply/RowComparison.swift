import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerSchema
import WorkerSource

extension TableRoute {
    /// Whether a row that ``TableStatements`` selected holds the values of an image.
    ///
    /// - Parameter scratch: memory for the texts that are compared.
    func matches(_ row: borrowing Row, _ image: RowImage, _ scratch: inout SQLBuffer) throws -> Bool {
        for (place, column) in columns.enumerated() {
            let text = row.bytes(place)
            switch image[column.index] {
            case .null: if text != nil { return false }
            case .bytes(let value):
                guard let text, try scratch.matches(column.layout, value, serverText: text) else { return false }
            case .absent, .jsonDifferences: return false
            }
        }
        return true
    }

    /// The row for a conflict record.
    func readable(_ row: borrowing Row) -> [NamedValue] {
        var values: [NamedValue] = []
        for (place, column) in columns.enumerated() {
            values.append(NamedValue(column: column.name, value: row.bytes(place).map { cut(Self.readable($0, column)) }))
        }
        return values
    }

    /// The image for a conflict record.
    func readable(_ image: RowImage) -> [NamedValue] {
        columns.map { NamedValue(column: $0.name, value: readable(image, $0).map(cut)) }
    }

    func readableKey(_ image: RowImage) -> [NamedValue] {
        (key ?? []).map { NamedValue(column: columns[$0].name, value: readable(image, columns[$0])) }
    }

    /// Records of conflicts are for people, and travel in one message each: long values are cut.
    private func cut(_ text: String) -> String {
        let limit = max(32, min(4096, 200_000 / max(columns.count, 1)))
        return text.utf8.count <= limit ? text : String(decoding: text.utf8.prefix(limit), as: UTF8.self) + "…"
    }

    private func readable(_ image: RowImage, _ column: Column) -> String? {
        guard let value = image.value(column.index) else { return nil }
        var buffer = SQLBuffer(capacity: 256)
        buffer.appendReadable(column.layout, value)
        return column.members.map { $0.text(buffer.text) } ?? buffer.text
    }

    private static func readable(_ text: UnsafeRawBufferPointer, _ column: Column) -> String {
        if let members = column.targetMembers { return members.text(String(decoding: text, as: UTF8.self)) }
        let isBytes = column.characterSet == nil && ["binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"].contains(column.targetType)
        guard isBytes else { return String(decoding: text, as: UTF8.self) }
        var buffer = SQLBuffer(capacity: 256)
        buffer.append("0x")
        buffer.append(hex: text)
        return buffer.text
    }
}
