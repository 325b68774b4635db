/// Row images that were taken out of their event and kept.
extension RowsEvent {
    /// A view of the parts of an event that were copied elsewhere; the bytes must outlive it.
    package init(
        kind: Kind,
        columnCount: Int,
        presentBefore: UnsafeRawBufferPointer,
        presentAfter: UnsafeRawBufferPointer,
        rows: UnsafeRawBufferPointer
    ) {
        self.init(
            type: .writeRows,
            kind: kind,
            tableID: 0,
            flags: 0,
            columnCount: columnCount,
            presentBefore: presentBefore,
            presentAfter: presentAfter,
            rows: rows,
            rowsOffset: 0
        )
    }

    private init(
        type: EventType,
        kind: Kind,
        tableID: UInt64,
        flags: UInt16,
        columnCount: Int,
        presentBefore: UnsafeRawBufferPointer,
        presentAfter: UnsafeRawBufferPointer,
        rows: UnsafeRawBufferPointer,
        rowsOffset: Int
    ) {
        self.type = type
        self.kind = kind
        self.tableID = tableID
        self.flags = flags
        self.columnCount = columnCount
        self.presentBefore = presentBefore
        self.presentAfter = presentAfter
        self.rows = rows
        self.rowsOffset = rowsOffset
    }
}

extension RowImage {
    /// A view of an image whose slots were kept. `base` are the rows that the slots' offsets count from.
    package init(base: UnsafeRawBufferPointer, columnCount: Int, slots: UnsafePointer<ColumnSlot>) {
        self.init(
            bytes: UnsafeRawBufferPointer(start: base.baseAddress, count: 0),
            present: UnsafeRawBufferPointer(start: nil, count: 0),
            columnCount: columnCount,
            base: base,
            slots: slots
        )
    }

    /// The places of the values, to be kept; as many as there are columns.
    package var slotStorage: UnsafeBufferPointer<ColumnSlot> { UnsafeBufferPointer(start: slots, count: columnCount) }
}
