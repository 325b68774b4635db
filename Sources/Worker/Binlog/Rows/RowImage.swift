/// Where the value of one column lies in an image.
package struct ColumnSlot: Sendable, Hashable {
    @usableFromInline let offset: UInt32
    @usableFromInline let length: UInt32

    @inlinable init(offset: UInt32, length: UInt32) {
        self.offset = offset
        self.length = length
    }

    static let absent = ColumnSlot(offset: 0, length: .max)
    static let null = ColumnSlot(offset: 0, length: .max - 1)
    /// Marks JSON differences; values are shorter than this.
    @usableFromInline static let partialMark: UInt32 = 1 << 30
}

/// The value of a column in an image.
package enum ColumnValue {
    /// The image does not have the column (`binlog_row_image` is not FULL).
    case absent
    case null
    /// The bytes without the length before them.
    case bytes(UnsafeRawBufferPointer)
    /// Differences from the before image (`binlog_row_value_options=PARTIAL_JSON`), not a value.
    case jsonDifferences(UnsafeRawBufferPointer)
}

/// The image of a row, as a view: offsets into the event's bytes, found in one pass.
///
/// It dies with the call that it was given to.
package struct RowImage {
    /// The whole image: null bits, then the values of the present columns.
    package let bytes: UnsafeRawBufferPointer
    /// Bitmap of the columns that are present.
    package let present: UnsafeRawBufferPointer
    package let columnCount: Int
    @usableFromInline let base: UnsafeRawBufferPointer
    @usableFromInline let slots: UnsafePointer<ColumnSlot>

    init(
        bytes: UnsafeRawBufferPointer,
        present: UnsafeRawBufferPointer,
        columnCount: Int,
        base: UnsafeRawBufferPointer,
        slots: UnsafePointer<ColumnSlot>
    ) {
        self.bytes = bytes
        self.present = present
        self.columnCount = columnCount
        self.base = base
        self.slots = slots
    }

    /// The value of a column; a column that the image does not have is absent.
    @inlinable
    package subscript(column: Int) -> ColumnValue {
        guard column >= 0, column < columnCount else { return .absent }
        let slot = slots[column]
        if slot.length < ColumnSlot.partialMark { return .bytes(value(slot.offset, slot.length)) }
        if slot.length == .max { return .absent }
        if slot.length == .max - 1 { return .null }
        return .jsonDifferences(value(slot.offset, slot.length & (ColumnSlot.partialMark - 1)))
    }

    @inlinable
    package func isPresent(_ column: Int) -> Bool {
        column >= 0 && column < columnCount && slots[column].length != .max
    }

    @inlinable
    package func isNull(_ column: Int) -> Bool {
        column >= 0 && column < columnCount && slots[column].length == .max - 1
    }

    /// The bytes of a value; nil when it is NULL, absent or a difference.
    @inlinable
    package func value(_ column: Int) -> UnsafeRawBufferPointer? {
        guard column >= 0, column < columnCount else { return nil }
        let slot = slots[column]
        return slot.length < ColumnSlot.partialMark ? value(slot.offset, slot.length) : nil
    }

    /// Whether both hold the same values for the same columns, byte by byte.
    package func isEqual(to other: RowImage) -> Bool {
        columnCount == other.columnCount && bytes.equals(other.bytes) && present.equals(other.present)
    }

    /// Whether a column has the same bytes (or is NULL, or absent) in both.
    package func isEqual(to other: RowImage, column: Int) -> Bool {
        switch (self[column], other[column]) {
        case (.absent, .absent), (.null, .null): true
        case (.bytes(let left), .bytes(let right)): left.equals(right)
        default: false
        }
    }

    @inlinable
    func value(_ offset: UInt32, _ length: UInt32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base.baseAddress.map { $0 + Int(offset) }, count: Int(length))
    }
}
