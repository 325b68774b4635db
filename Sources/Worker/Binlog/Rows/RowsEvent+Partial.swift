extension RowsEvent {
    /// The same rows with whole documents in place of differences (`binlog_row_value_options=PARTIAL_JSON`), as the
    /// server would have logged them without that option.
    ///
    /// - Parameter buffer: gets the rows; the event that is returned borrows them from it.
    /// - Throws: `DecodeError` when a difference does not fit the document before it.
    package func completed(layout: RowLayout, in buffer: inout SQLBuffer) throws(DecodeError) -> RowsEvent {
        buffer.removeAll()
        var cursor = try RowCursor(self, layout: layout)
        while try cursor.next() {
            guard let before = cursor.before, let after = cursor.after else { continue }
            buffer.append(before.bytes)
            buffer.append(
                UnsafeRawBufferPointer(rebasing: after.bytes.prefix((presentAfter.countBits(columnCount) + 7) / 8))
            )
            for column in 0..<columnCount {
                let rule = layout.columns[column]
                let start = buffer.count
                if rule.hasPrefix, !after.isNull(column), after.isPresent(column) {
                    buffer.append(repeating: 0, count: Int(rule.width))
                }
                let value = buffer.count
                switch after[column] {
                case .absent, .null: continue
                case .bytes(let bytes): buffer.append(bytes)
                case .jsonDifferences(let differences):
                    guard let document = before.value(column) else {
                        throw located(
                            DecodeError(.invalid, "JSON difference for no document", at: rowsOffset),
                            layout,
                            column
                        )
                    }
                    do throws(DecodeError) {
                        try buffer.append(document: document, changedBy: differences)
                    } catch {
                        throw located(error, layout, column)
                    }
                }
                guard rule.hasPrefix else { continue }
                let length = buffer.count - value
                for byte in 0..<Int(rule.width) {
                    buffer.setByte(UInt8(truncatingIfNeeded: length >> (8 * byte)), at: start + byte)
                }
            }
        }
        return buffer.withUnsafeBytes { rows in
            RowsEvent(
                kind: kind,
                columnCount: columnCount,
                presentBefore: presentBefore,
                presentAfter: presentAfter,
                rows: rows
            )
        }
    }

    private func located(_ error: DecodeError, _ layout: RowLayout, _ column: Int) -> DecodeError {
        var error = error
        error.eventType = type
        error.table = layout.table
        error.column = column
        return error
    }
}
