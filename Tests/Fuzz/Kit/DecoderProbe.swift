import WorkerBinlog

/// Decodes an event and uses everything that comes out of it, as the worker does.
struct DecoderProbe: ~Copyable {
    private var decoder: EventDecoder
    private var layouts: [UInt64: RowLayout] = [:]
    private var buffer = SQLBuffer()
    private var completed = SQLBuffer()

    init(format: FormatDescription) { decoder = EventDecoder(format: format) }

    /// An event without checksum, whose size is made to be what its header says.
    mutating func take(_ event: [UInt8]) throws {
        var event = event
        guard event.count >= EventHeader.size else {
            _ = try event.withUnsafeBytes { try decoder.decode(unpacked: $0) }
            return
        }
        for byte in 0..<4 { event[9 + byte] = UInt8(truncatingIfNeeded: event.count >> (8 * byte)) }
        try event.withUnsafeBytes { try use(try decoder.decode(unpacked: $0), isUnpacked: true) }
    }

    /// An event as it comes from the network.
    mutating func take(raw event: [UInt8]) throws {
        try event.withUnsafeBytes { try use(try decoder.decode($0), isUnpacked: false) }
    }

    private mutating func use(_ event: Event, isUnpacked: Bool) throws {
        switch event {
        case .tableMap(let map):
            _ = map.hasSameDefinition(as: map)
            layouts[map.tableID] = try RowLayout(map)
        case .rows(let rows): try use(rows)
        case .query(let query): _ = query.text.utf8.count + query.kind.hashValue
        case .previousGTIDs(let set): _ = set.encoded().count + set.description.utf8.count
        case .gtidList(let position): _ = position.description
        case .transactionPayload(let payload):
            var reader = try PayloadReader(payload)
            while let inner = try reader.next() {
                _ = try EventHeader(inner)
                let decoded = try decoder.decode(unpacked: inner)
                // A payload does not hold another one; the worker does not look into it.
                if case .transactionPayload = decoded { continue }
                try use(decoded, isUnpacked: true)
            }
        default: break
        }
    }

    private mutating func use(_ rows: RowsEvent) throws {
        _ = rows.isFull
        guard let layout = layouts[rows.tableID] else { return }
        if rows.isPartial {
            try use(try rows.completed(layout: layout, in: &completed), layout)
            completed.removeAll()
            return
        }
        try use(rows, layout)
    }

    private mutating func use(_ rows: RowsEvent, _ layout: RowLayout) throws {
        var cursor = try RowCursor(rows, layout: layout)
        while try cursor.next() {
            let (before, after) = (cursor.before, cursor.after)
            for image in [before, after] {
                guard let image else { continue }
                for column in 0..<image.columnCount { use(image[column], layout.columns[column]) }
            }
            if let before, let after {
                _ = before.isEqual(to: after)
                for column in 0..<before.columnCount { _ = before.isEqual(to: after, column: column) }
            }
        }
    }

    mutating func use(_ value: ColumnValue, _ column: ColumnLayout) {
        buffer.removeAll()
        // What cannot be written is refused by an error; that is as good as a value here.
        try? buffer.appendLiteral(column, value)
        buffer.appendReadable(column, value)
        guard case .bytes(let bytes) = value else { return }
        try? buffer.appendCanonical(column, bytes)
        _ = try? buffer.matches(column, bytes, serverText: bytes)
    }
}
