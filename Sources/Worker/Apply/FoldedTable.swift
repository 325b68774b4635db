import SyncModel
import WorkerBinlog
import WorkerConflict
import WorkerSchema
import WorkerSource

/// What is done to the target's row of a key.
enum RowAction: UInt8 {
    case nothing
    case delete
    case insert
    /// In place: the row is there and no other unique key changes.
    case update
    /// Delete first, insert later: another row of the batch may have to give up a unique value first.
    case deleteAndInsert
    /// In place, though another unique key changes: the target's row has columns that the source's lacks.
    case updateAlone
    /// Whatever is there goes (within the load's window, where the log repeats what was copied).
    case forceRow
    /// The same for a row that has columns of the target only.
    case forceKept
    case forceAbsence
}

/// The changes of one table in a batch, netted per key: the first image before and the last image after.
///
/// Images are kept as places in the segment's bytes. All storage is reused from batch to batch.
final class FoldedTable {
    /// Where an image lies: which slice, and where its slots begin in the store. `slots` < 0: no image.
    struct ImagePlace {
        var slice: Int32
        var slots: Int32

        static let none = ImagePlace(slice: 0, slots: -1)
        var exists: Bool { slots >= 0 }
    }

    struct Entry {
        var hash: UInt64
        var keyStart: Int32
        var keyLength: Int32
        var before: ImagePlace
        var after: ImagePlace
        /// The last image of a row that came and went within the batch; only its key is of interest.
        var gone: ImagePlace = .none
        /// The transactions of its first and last change, as indices of the segment's marks.
        var firstMark: Int32
        var lastMark: Int32
    }

    let statements: TableStatements
    private(set) var entries: [Entry] = []
    /// The target's row of each entry, as last looked up.
    var targetRows: [TargetRow] = []
    /// What to do about each entry.
    var actions: [RowAction] = []
    /// The target's values where they differ from both images; for conflict records.
    var currentRows: [Int: [NamedValue]] = [:]
    private var keys = SQLBuffer(capacity: 4096)
    private var slots: [ColumnSlot] = []
    /// Open addressing: entry number + 1, 0 for free. A power of two in size.
    private var index: [Int32] = [Int32](repeating: 0, count: 64)

    /// The table's part in the keys of a ``KeyWindow``.
    private let tableName: String

    init(_ statements: TableStatements) {
        self.statements = statements
        tableName = statements.route.target.quoted
    }

    /// The keys of all entries, as a ``KeyWindow`` knows them.
    var windowKeys: [RowKey] { entries.indices.map(windowKey) }

    func windowKey(_ entry: Int) -> RowKey {
        let place = Int(entries[entry].keyStart)
        return keys.withUnsafeBytes { bytes in
            RowKey(table: tableName, text: UnsafeRawBufferPointer(rebasing: bytes[place..<place + Int(entries[entry].keyLength)]))
        }
    }

    func removeAll() {
        entries.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        for slot in index.indices { index[slot] = 0 }
        currentRows.removeAll(keepingCapacity: true)
    }

    /// Takes one changed row. A change of the key is a deletion of the old and an insertion of the new.
    func add(slice: Int, mark: Int, before: RowImage?, after: RowImage?) throws {
        if let before, let after, hasSameKey(before, after) {
            let (entry, isNew) = try entry(for: after, mark)
            if isNew { entries[entry].before = keep(before, slice) }
            entries[entry].after = keep(after, slice)
            return
        }
        if let before {
            let (entry, isNew) = try entry(for: before, mark)
            if isNew {
                entries[entry].before = keep(before, slice)
            } else if !entries[entry].before.exists {
                entries[entry].gone = keep(before, slice)
            }
            entries[entry].after = .none
        }
        if let after {
            let entry = try entry(for: after, mark).place
            entries[entry].after = keep(after, slice)
        }
    }

    private func keep(_ image: RowImage, _ slice: Int) -> ImagePlace {
        let start = slots.count
        slots.append(contentsOf: image.slotStorage)
        return ImagePlace(slice: Int32(truncatingIfNeeded: slice), slots: Int32(truncatingIfNeeded: start))
    }

    private func hasSameKey(_ before: RowImage, _ after: RowImage) -> Bool {
        guard let key = statements.route.key else { return false }
        return key.allSatisfy { before.isEqual(to: after, column: statements.route.columns[$0].index) }
    }

    // MARK: Keys

    private func entry(for image: RowImage, _ mark: Int) throws -> (place: Int, isNew: Bool) {
        let start = keys.count
        for place in statements.route.key ?? [] {
            let column = statements.route.columns[place]
            let lengthPlace = keys.count
            keys.append(repeating: 0, count: 4)
            if let value = image.value(column.index) { try keys.appendCanonical(column.layout, value) }
            keys.store(UInt32(truncatingIfNeeded: keys.count - lengthPlace - 4), at: lengthPlace)
        }
        let length = keys.count - start
        let hash = keys.keyHash(start, length)
        if let found = find(hash, start, length) {
            keys.truncate(to: start)
            entries[found].lastMark = Int32(truncatingIfNeeded: mark)
            return (found, false)
        }
        if entries.count * 2 >= index.count { grow() }
        entries.append(
            Entry(
                hash: hash, keyStart: Int32(truncatingIfNeeded: start), keyLength: Int32(truncatingIfNeeded: length), before: .none,
                after: .none, firstMark: Int32(truncatingIfNeeded: mark), lastMark: Int32(truncatingIfNeeded: mark)))
        insert(entries.count - 1)
        return (entries.count - 1, true)
    }

    /// The entry with the same key as the bytes at the end of `keys`.
    private func find(_ hash: UInt64, _ start: Int, _ length: Int) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & (index.count - 1)
        while index[slot] != 0 {
            let entry = Int(index[slot]) - 1
            if entries[entry].hash == hash, Int(entries[entry].keyLength) == length,
                keys.equal(Int(entries[entry].keyStart), start, length)
            {
                return entry
            }
            slot = (slot + 1) & (index.count - 1)
        }
        return nil
    }

    private func insert(_ entry: Int) {
        var slot = Int(truncatingIfNeeded: entries[entry].hash) & (index.count - 1)
        while index[slot] != 0 { slot = (slot + 1) & (index.count - 1) }
        index[slot] = Int32(truncatingIfNeeded: entry + 1)
    }

    private func grow() {
        index = [Int32](repeating: 0, count: index.count * 2)
        for entry in entries.indices { insert(entry) }
    }

    /// The entry whose key the server's row has; `text` gives the row's key columns in order.
    func entry(matching text: (_ keyPlace: Int) -> UnsafeRawBufferPointer?) -> Int? {
        guard let key = statements.route.key else { return nil }
        let start = keys.count
        defer { keys.truncate(to: start) }
        for place in key.indices {
            guard let value = text(place) else { return nil }
            let lengthPlace = keys.count
            keys.append(repeating: 0, count: 4)
            keys.append(value)
            keys.store(UInt32(truncatingIfNeeded: value.count), at: lengthPlace)
        }
        let length = keys.count - start
        return find(keys.keyHash(start, length), start, length)
    }

    func change(_ entry: Int) -> RowChange? {
        switch (entries[entry].before.exists, entries[entry].after.exists) {
        case (true, true): .update
        case (true, false): .delete
        case (false, true): .insert
        // Came and went within the batch.
        case (false, false): nil
        }
    }

    /// Lends an image; nil when the place is none.
    func image<T>(_ place: ImagePlace, in segment: SegmentView, _ body: (RowImage) throws -> T) rethrows -> T? {
        guard place.exists else { return nil }
        let count = segment.columnCount(Int(place.slice))
        return try slots.withUnsafeBufferPointer { slots in
            guard let base = slots.baseAddress else { return nil }
            return try body(
                RowImage(base: segment.rows(Int(place.slice)), columnCount: count, slots: base + Int(place.slots)))
        }
    }
}

/// A segment's bytes while they are lent.
struct SegmentView {
    let bytes: UnsafeRawBufferPointer
    let slices: [ChangeSegment.RowsSlice]

    func rows(_ slice: Int) -> UnsafeRawBufferPointer { slices[slice].event(in: bytes).rows }
    func columnCount(_ slice: Int) -> Int { slices[slice].columnCount }
}

extension SQLBuffer {
    mutating func store(_ value: UInt32, at offset: Int) {
        overwrite(at: offset, with: value.littleEndian)
    }

    func equal(_ left: Int, _ right: Int, _ length: Int) -> Bool {
        withUnsafeBytes { bytes in
            UnsafeRawBufferPointer(rebasing: bytes[left..<left + length]).equals(
                UnsafeRawBufferPointer(rebasing: bytes[right..<right + length]))
        }
    }
}
