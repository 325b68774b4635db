/// A WRITE, UPDATE or DELETE rows event: which table, which columns are present, and the rows' bytes.
///
/// Borrowed: valid as long as the event's bytes (for a compressed event, until the decoder's next call).
/// Source: MySQL internals manual, "ROWS_EVENT"; `Rows_event` in MySQL's `rows_event.h`; MariaDB writes version 1.
package struct RowsEvent {
    package enum Kind: Sendable, Hashable { case insert, update, delete }

    package let type: EventType
    package let kind: Kind
    package let tableID: UInt64
    package let flags: UInt16
    package let columnCount: Int
    /// Bitmap, lowest bit first: columns of the before image (update, delete). Empty for inserts.
    package let presentBefore: UnsafeRawBufferPointer
    /// Bitmap, lowest bit first: columns of the after image (insert, update). Empty for deletes.
    package let presentAfter: UnsafeRawBufferPointer
    /// The rows, one after another.
    package let rows: UnsafeRawBufferPointer
    /// Where `rows` begins in the event.
    package let rowsOffset: Int

    /// The last rows event of its statement.
    package var endsStatement: Bool { flags & 1 != 0 }
    /// The session ran with `foreign_key_checks=0`.
    package var noForeignKeyChecks: Bool { flags & 2 != 0 }
    /// The session ran with `unique_checks=0`.
    package var relaxedUniqueChecks: Bool { flags & 4 != 0 }
    /// After images may hold JSON differences instead of values.
    package var isPartial: Bool { type == .partialUpdateRows }
    /// An id that no table has: the event only ends its statement (`Rows_event`, dummy event).
    package var isDummy: Bool { tableID == 0x00FF_FFFF && columnCount == 0 }

    /// Whether every column is present in all images (`binlog_row_image=FULL`).
    package var isFull: Bool {
        (kind == .insert || presentBefore.countBits(columnCount) == columnCount)
            && (kind == .delete || presentAfter.countBits(columnCount) == columnCount)
    }

    package func isPresentBefore(_ column: Int) -> Bool { presentBefore.hasBit(column) }
    package func isPresentAfter(_ column: Int) -> Bool { presentAfter.hasBit(column) }

    init(
        reading reader: inout ByteReader,
        type: EventType,
        postHeaderLength: Int,
        expand: (UnsafeRawBufferPointer) throws(DecodeError) -> UnsafeRawBufferPointer = { $0 }
    ) throws(DecodeError) {
        guard let kind = Kind(type) else { throw reader.error(.invalid, "type") }
        self.type = type
        self.kind = kind
        tableID = try reader.readUInt(bytes: postHeaderLength == 6 ? 4 : 6)
        flags = try reader.readUInt16()
        if postHeaderLength >= 10 {
            // Extra data, whose length counts itself: NDB information or partition ids; not needed.
            let length = Int(try reader.readUInt16())
            guard length >= 2 else { throw reader.error(.invalid, "extra data of \(length) bytes") }
            try reader.skip(length - 2)
        }
        let count = try reader.readPacked()
        guard count <= 4096 else { throw reader.error(.invalid, "\(count) columns") }
        columnCount = Int(count)
        let bitmap = (columnCount + 7) / 8
        let first = try reader.take(bitmap)
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        switch kind {
        case .insert:
            presentBefore = none
            presentAfter = first
        case .delete:
            presentBefore = first
            presentAfter = none
        case .update:
            presentBefore = first
            presentAfter = try reader.take(bitmap)
        }
        rowsOffset = reader.origin + reader.offset
        rows = try expand(reader.takeRest())
    }

    /// Calls `body` with the images of each row, in order.
    ///
    /// The images are views that die when `body` returns.
    /// - Throws: `DecodeError` when the rows do not fit the layout, and whatever `body` throws.
    package func forEachRow(
        layout: RowLayout,
        _ body: (_ before: RowImage?, _ after: RowImage?) throws -> Void
    ) throws {
        var cursor = try RowCursor(self, layout: layout)
        while try cursor.next() { try body(cursor.before, cursor.after) }
    }
}

extension RowsEvent.Kind {
    init?(_ type: EventType) {
        switch type {
        case .writeRows, .writeRowsV0, .writeRowsV1, .writeRowsCompressed, .writeRowsCompressedV1: self = .insert
        case .updateRows, .updateRowsV0, .updateRowsV1, .updateRowsCompressed, .updateRowsCompressedV1,
            .partialUpdateRows:
            self = .update
        case .deleteRows, .deleteRowsV0, .deleteRowsV1, .deleteRowsCompressed, .deleteRowsCompressedV1: self = .delete
        default: return nil
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Bit `index` of a bitmap, lowest bit first; false behind its end.
    @inline(__always)
    func hasBit(_ index: Int) -> Bool {
        index &>> 3 < count && self[index &>> 3] & 1 &<< UInt8(truncatingIfNeeded: index & 7) != 0
    }

    /// How many of the first `limit` bits are set.
    func countBits(_ limit: Int) -> Int {
        var total = 0
        for index in 0..<limit where hasBit(index) { total += 1 }
        return total
    }
}
