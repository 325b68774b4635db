import Testing

@testable import WorkerBinlog

/// Damaged bytes are refused or read as something else, but never trap and never hang.
@Suite struct RobustnessTests {
    /// Decodes an event whose size is made right and whose checksum does not count, and uses all that comes out of it.
    private func exercise(
        _ event: [UInt8],
        _ decoder: inout EventDecoder,
        _ layouts: [UInt64: RowLayout],
        _ buffer: inout SQLBuffer
    ) throws {
        guard event.count >= EventHeader.size else { throw DecodeError(.truncated, "header", at: 0) }
        var event = event
        let size = UInt32(event.count)
        for byte in 0..<4 { event[9 + byte] = UInt8(truncatingIfNeeded: size >> UInt32(8 * byte)) }
        try event.withUnsafeBytes { bytes in
            switch try decoder.decode(unpacked: bytes) {
            case .rows(let rows):
                guard let layout = layouts[rows.tableID] else { return }
                try rows.forEachRow(layout: layout) { before, after in
                    for image in [before, after].compactMap({ $0 }) {
                        for column in 0..<image.columnCount { use(image[column], layout.columns[column], &buffer) }
                    }
                }
            case .transactionPayload(let payload):
                var reader = try PayloadReader(payload)
                while let inner = try reader.next() { _ = try decoder.decode(unpacked: inner) }
            case .tableMap(let map): _ = try RowLayout(map)
            case .query(let query): _ = query.text
            default: break
            }
        }
    }

    private func use(_ value: ColumnValue, _ column: ColumnLayout, _ buffer: inout SQLBuffer) {
        buffer.removeAll()
        try? buffer.appendLiteral(column, value)
        guard case .bytes(let bytes) = value else { return }
        try? buffer.appendCanonical(column, bytes)
        buffer.appendReadable(column, bytes)
        _ = try? buffer.matches(column, bytes, serverText: bytes)
    }

    private struct Prepared {
        let events: [[UInt8]]
        /// Layout of each table id, at the end of the file.
        let layouts: [UInt64: RowLayout]
        let format: FormatDescription
    }

    /// The events without their checksums.
    private func prepare(_ name: String) throws -> Prepared {
        var decoder = EventDecoder()
        var layouts: [UInt64: RowLayout] = [:]
        var events: [[UInt8]] = []
        for event in try BinlogFixture(name).events() {
            try event.withUnsafeBytes { bytes in
                if case .tableMap(let map) = try decoder.decode(bytes) { layouts[map.tableID] = try RowLayout(map) }
            }
            events.append(Array(event.dropLast(4)))
        }
        return Prepared(events: events, layouts: layouts, format: decoder.format)
    }

    @Test(arguments: BinlogFixture.all)
    func everyPrefixOfEveryEventThrows(_ name: String) throws {
        var decoder = EventDecoder()
        for event in try BinlogFixture(name).events() {
            let lengths = event.count > 3000 ? Array(stride(from: 0, to: event.count, by: 97)) : Array(0..<event.count)
            for length in lengths {
                let error = event[..<length].withUnsafeBytes { bytes -> (any Error)? in
                    do { _ = try decoder.decode(bytes) } catch { return error }
                    return nil
                }
                if error == nil { Issue.record("\(name): \(length) bytes of \(event.count) were accepted") }
            }
            _ = try event.withUnsafeBytes { try decoder.decode($0) }
        }
    }

    @Test(arguments: BinlogFixture.all)
    func prefixesThatSayTheyAreWhole(_ name: String) throws {
        let prepared = try prepare(name)
        var decoder = EventDecoder(format: prepared.format)
        var buffer = SQLBuffer()
        for event in prepared.events {
            let step = event.count > 20_000 ? 4999 : event.count > 2000 ? 97 : event.count > 300 ? 5 : 1
            for length in stride(from: 0, to: event.count, by: step) {
                _ = try? exercise(Array(event[..<length]), &decoder, prepared.layouts, &buffer)
            }
        }
    }

    @Test(arguments: BinlogFixture.all)
    func flippedBits(_ name: String) throws {
        let prepared = try prepare(name)
        var random = SeededGenerator.printing("RobustnessTests.flippedBits(\(name))")
        var decoder = EventDecoder(format: prepared.format)
        var buffer = SQLBuffer()
        for _ in 0..<1500 {
            var event = prepared.events[Int.random(in: 0..<prepared.events.count, using: &random)]
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                event[Int.random(in: 4..<event.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            _ = try? exercise(event, &decoder, prepared.layouts, &buffer)
        }
    }

    @Test(arguments: BinlogFixture.withValues)
    func damagedValues(_ name: String) throws {
        var random = SeededGenerator.printing("RobustnessTests.damagedValues(\(name))")
        var buffer = SQLBuffer()
        for row in try BinlogFixture(name).rows() {
            for (index, value) in (row.after ?? []).enumerated() {
                guard case .bytes(var bytes) = value else { continue }
                let column = row.layout.columns[index]
                for length in stride(from: 0, through: bytes.count, by: max(bytes.count / 50, 1)) {
                    bytes[..<length].withUnsafeBytes { use(.bytes($0), column, &buffer) }
                }
                guard !bytes.isEmpty else { continue }
                for _ in 0..<6 {
                    let place = Int.random(in: 0..<min(bytes.count, 40), using: &random)
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                    bytes.withUnsafeBytes { use(.bytes($0), column, &buffer) }
                }
            }
        }
    }

    /// Random JSON of every container kind, small and full of offsets that point anywhere.
    @Test func randomJSON() throws {
        var random = SeededGenerator.printing("RobustnessTests.randomJSON")
        let column = try ColumnLayout(type: .json, meta: 4)
        var buffer = SQLBuffer()
        for _ in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                UInt8.random(in: 0...20, using: &random)
            }
            if !bytes.isEmpty { bytes[0] = UInt8.random(in: 0...15, using: &random) }
            bytes.withUnsafeBytes { use(.bytes($0), column, &buffer) }
        }
    }

    /// Arrays in which both elements are the same array, a hundred deep: 2^100 values, if anybody believed it.
    @Test func sharedJSONValuesDoNotExplode() throws {
        var bytes: [UInt8] = [2]
        let depth = 90
        for level in 0..<depth {
            let size = (depth - level) * 10 + 4
            // count 2, size, then twice: array at offset 10
            bytes += [2, 0, UInt8(size & 255), UInt8(size >> 8), 2, 10, 0, 2, 10, 0]
        }
        bytes += [0, 0, 4, 0]
        let column = try ColumnLayout(type: .json, meta: 4)
        let error = bytes.withUnsafeBytes { bytes in
            #expect(throws: DecodeError.self) {
                var buffer = SQLBuffer()
                try buffer.appendCanonical(column, bytes)
            }
        }
        #expect(error?.what == "JSON values overlap")
    }

    @Test func randomIdentifiers() {
        var random = SeededGenerator.printing("RobustnessTests.randomIdentifiers")
        let alphabet = Array("0123456789abcdef-:, \n_tag{}")
        for _ in 0..<5000 {
            let text = String(
                (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }
            )
            if let set = GTIDSet(text) { #expect(GTIDSet(set.description) == set) }
            _ = MariaDBGTIDPosition(text)
            let bytes = (0..<Int.random(in: 0..<80, using: &random)).map { _ in UInt8.random(in: 0...3, using: &random)
            }
            _ = try? bytes.withUnsafeBytes { try GTIDSet(decoding: $0) }
        }
    }
}
