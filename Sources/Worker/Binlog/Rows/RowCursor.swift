/// Walks over the rows of an event, one at a time.
///
/// It allocates its offsets once; a row costs one pass over its columns and no allocation. For readers that cannot use
/// ``RowsEvent/forEachRow(layout:_:)``, for example because they wait between rows.
package struct RowCursor: ~Copyable {
    private let event: RowsEvent
    private let layout: RowLayout
    private let slots: UnsafeMutablePointer<ColumnSlot>
    private let beforeColumns: Int
    private let afterColumns: Int
    private let jsonColumns: Int
    private var offset = 0
    private var beforeRange = 0..<0
    private var afterRange = 0..<0
    private var isOnRow = false

    /// - Throws: `DecodeError` when the event and the layout disagree about the number of columns.
    package init(_ event: RowsEvent, layout: RowLayout) throws(DecodeError) {
        guard event.columnCount == layout.columns.count || event.isDummy else {
            var error = DecodeError(
                .invalid,
                "rows of \(event.columnCount) columns for a table of \(layout.columns.count)",
                at: event.rowsOffset
            )
            error.eventType = event.type
            error.table = layout.table
            throw error
        }
        self.event = event
        self.layout = layout
        beforeColumns = event.presentBefore.countBits(event.columnCount)
        afterColumns = event.presentAfter.countBits(event.columnCount)
        jsonColumns = event.isPartial ? layout.columns.count { $0.kind == .json } : 0
        slots = .allocate(capacity: max(event.columnCount * 2, 1))
        slots.initialize(repeating: .absent, count: max(event.columnCount * 2, 1))
    }

    deinit { slots.deallocate() }

    /// The image before the change; nil for inserts and before the first `next()`.
    package var before: RowImage? {
        guard isOnRow, event.kind != .insert else { return nil }
        return image(beforeRange, event.presentBefore, slots)
    }

    /// The image after the change; nil for deletes and before the first `next()`.
    package var after: RowImage? {
        guard isOnRow, event.kind != .delete else { return nil }
        return image(afterRange, event.presentAfter, slots + event.columnCount)
    }

    private func image(
        _ range: Range<Int>,
        _ present: UnsafeRawBufferPointer,
        _ slots: UnsafeMutablePointer<ColumnSlot>
    ) -> RowImage {
        RowImage(
            bytes: UnsafeRawBufferPointer(rebasing: event.rows[range]),
            present: present,
            columnCount: event.columnCount,
            base: event.rows,
            slots: slots
        )
    }

    /// Goes to the next row; false at the end.
    package mutating func next() throws(DecodeError) -> Bool {
        isOnRow = false
        guard offset < event.rows.count else { return false }
        let start = offset
        if event.kind != .insert {
            beforeRange = try scan(event.presentBefore, beforeColumns, slots, isPartial: false)
        }
        if event.kind != .delete {
            afterRange = try scan(
                event.presentAfter,
                afterColumns,
                slots + event.columnCount,
                isPartial: event.isPartial
            )
        }
        // Images without any column have no bytes: there is no telling how many rows they are.
        guard offset > start else { throw error(.invalid, "row without columns", nil) }
        isOnRow = true
        return true
    }

    /// Finds the values of one image, which begins at `offset`.
    private mutating func scan(
        _ present: UnsafeRawBufferPointer,
        _ presentCount: Int,
        _ slots: UnsafeMutablePointer<ColumnSlot>,
        isPartial: Bool
    ) throws(DecodeError) -> Range<Int> {
        let bytes = event.rows
        let end = bytes.count
        let partialBits = isPartial ? try partialBits() : UnsafeRawBufferPointer(start: nil, count: 0)
        let start = offset
        let nullBytes = (presentCount &+ 7) &>> 3
        guard end &- start >= nullBytes else { throw error(.truncated, "null bits", nil) }
        let rules = layout.rules.pointer
        let allPresent = presentCount == event.columnCount
        var position = start &+ nullBytes
        var nullIndex = 0
        var json = 0
        for column in 0..<event.columnCount {
            let rule = rules[column]
            var isDifference = false
            if isPartial, rule.isJSON {
                isDifference = partialBits.hasBit(json)
                json &+= 1
            }
            if !allPresent, !present.hasBit(column) {
                slots[column] = .absent
                continue
            }
            let nullByte = bytes[start &+ nullIndex &>> 3]
            let isNull = nullByte &>> UInt8(truncatingIfNeeded: nullIndex & 7) & 1 != 0
            nullIndex &+= 1
            if isNull {
                slots[column] = .null
                continue
            }
            var size = Int(rule.size)
            if rule.prefix != 0 {
                let prefix = Int(rule.prefix)
                guard end &- position >= prefix else { throw error(.truncated, "length of a value", column) }
                size = Int(truncatingIfNeeded: bytes.littleEndian(at: position, count: prefix))
                position &+= prefix
            }
            guard end &- position >= size, size < Int(ColumnSlot.partialMark) else {
                offset = position
                throw error(.truncated, "value", column)
            }
            let length = UInt32(truncatingIfNeeded: size) | (isDifference ? ColumnSlot.partialMark : 0)
            slots[column] = ColumnSlot(offset: UInt32(truncatingIfNeeded: position), length: length)
            position &+= size
        }
        offset = position
        return start..<position
    }

    /// The options before an after image of PARTIAL_UPDATE_ROWS: which JSON columns hold differences.
    /// Source: `Rows_log_event::unpack_row`; `enum_binlog_row_value_options` (bit 0: partial JSON).
    private mutating func partialBits() throws(DecodeError) -> UnsafeRawBufferPointer {
        var reader = ByteReader(
            UnsafeRawBufferPointer(rebasing: event.rows[offset...]),
            context: "value options",
            origin: event.rowsOffset + offset
        )
        let options = try reader.readPacked()
        guard options <= 1 else { throw reader.error(.unsupported, "\(options)") }
        let bits = options == 1 ? try reader.take((jsonColumns + 7) / 8) : UnsafeRawBufferPointer(start: nil, count: 0)
        offset += reader.offset
        return bits
    }

    private func error(_ reason: DecodeError.Reason, _ what: String, _ column: Int?) -> DecodeError {
        var error = DecodeError(reason, what, at: event.rowsOffset &+ offset, column: column)
        error.eventType = event.type
        error.table = layout.table
        return error
    }
}
