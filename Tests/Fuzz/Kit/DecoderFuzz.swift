import WorkerBinlog

/// Something that must hold for any input does not.
package struct BrokenProperty: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Damaged input for the decoder, one input for each number: a run that traps can be repeated from its seed alone.
package struct DecoderFuzz: Sendable {
    private let corpus: Corpus
    private let seed: UInt64

    package init(_ corpus: Corpus, seed: UInt64) {
        self.corpus = corpus
        self.seed = seed
    }

    /// Decodes input `number`; an error is fine, a trap or a hang is not.
    ///
    /// - Returns: whether all of it was taken for sound.
    /// - Throws: ``BrokenProperty``.
    package func run(_ number: UInt64) throws -> Bool {
        var random = SplitMix(seed &+ number &* 0xD134_2543_DE82_EF95)
        do {
            switch random.below(20) {
            case 0..<9: try event(&random)
            case 9..<13: try tableAndRows(&random)
            case 13: try raw(&random)
            case 14: try payload(&random)
            case 15: try stream(&random)
            case 16: value(&random)
            case 17: try differences(&random)
            case 18: try json(&random)
            default: try identifiers(&random)
            }
            return true
        } catch let broken as BrokenProperty {
            throw broken
        } catch {
            return false
        }
    }

    private func file(_ random: inout SplitMix) -> Corpus.File { corpus.files[random.below(corpus.files.count)] }

    /// Any event; large ones seldom, for they take long and fail early.
    private func pick(_ events: [[UInt8]], _ random: inout SplitMix) -> [UInt8] {
        var event = events[random.below(events.count)]
        for _ in 0..<8 where event.count > 4096 && !random.isOne(in: 200) { event = events[random.below(events.count)] }
        return event
    }

    private func event(_ random: inout SplitMix) throws {
        let file = file(&random)
        var event = pick(file.events, &random)
        // Now and then the bytes of one type under the name of another.
        if random.isOne(in: 8) { event[4] = random.isOne(in: 4) ? random.byte() : UInt8(random.below(43)) }
        random.damage(&event, keeping: EventHeader.size)
        var probe = DecoderProbe(format: file.format)
        try probe.take(event)
    }

    /// A table map and rows for it, either of them damaged.
    private func tableAndRows(_ random: inout SplitMix) throws {
        let file = file(&random)
        guard !file.rows.isEmpty else { return try event(&random) }
        var pair = file.rows[random.below(file.rows.count)]
        for _ in 0..<8 where file.events[pair.rows].count > 4096 && !random.isOne(in: 200) {
            pair = file.rows[random.below(file.rows.count)]
        }
        var (map, rows) = (file.events[pair.map], file.events[pair.rows])
        let which = random.below(4)
        // The ids at the beginning stay, so that the two still belong together.
        if which == 0 || which == 3 { random.damage(&map, keeping: EventHeader.size + 6) }
        if which > 0 { random.damage(&rows, keeping: EventHeader.size + 6) }
        if random.isOne(in: 10), rows[4] == EventType.updateRows.rawValue {
            rows[4] = EventType.partialUpdateRows.rawValue
        }
        var probe = DecoderProbe(format: file.format)
        try probe.take(map)
        try probe.take(rows)
    }

    /// Rows whose documents are differences, of those the corpus has only a few.
    private func differences(_ random: inout SplitMix) throws {
        guard !corpus.partial.isEmpty else { return try tableAndRows(&random) }
        let (map, rows, format) = corpus.partial[random.below(corpus.partial.count)]
        var damaged = rows
        random.damage(&damaged, keeping: EventHeader.size + 6)
        var probe = DecoderProbe(format: format)
        try probe.take(map)
        try probe.take(damaged)
    }

    /// As from the network: header and checksum are damaged too.
    private func raw(_ random: inout SplitMix) throws {
        let file = file(&random)
        var probe = DecoderProbe(format: random.isOne(in: 2) ? file.format : .initial)
        var event = random.isOne(in: 10) ? random.bytes(random.below(80)) : pick(file.whole, &random)
        random.damage(&event)
        try probe.take(raw: event)
    }

    /// Damaged events in a payload that is not compressed, so that the damage gets through to them.
    private func payload(_ random: inout SplitMix) throws {
        let file = file(&random)
        var inner: [UInt8] = []
        for _ in 0...random.below(4) { inner += pick(file.events, &random).prefix(4096) }
        random.damage(&inner)
        var event = Array(file.events[0].prefix(EventHeader.size))
        event[4] = EventType.transactionPayload.rawValue
        // Fields: size (1), compression (2), uncompressed size (3); each number as 0xFD and three bytes.
        func number(_ value: Int) -> [UInt8] { [253] + (0..<3).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        event += [1, 4] + number(inner.count) + [2, 3, 252, 255, 0, 3, 4] + number(inner.count) + [0] + inner
        if random.isOne(in: 4) { random.damage(&event, keeping: EventHeader.size) }
        var probe = DecoderProbe(format: file.format)
        try probe.take(event)
    }

    /// A stretch of a file in which some events are damaged, left out, doubled or out of another file.
    private func stream(_ random: inout SplitMix) throws {
        let file = file(&random)
        var probe = DecoderProbe(format: file.format)
        var place = random.below(file.events.count)
        for _ in 0..<random.below(12) where place < file.events.count {
            var event = file.events[place]
            if event.count > 4096 { event = Array(event.prefix(4096)) }
            switch random.below(6) {
            case 0: random.damage(&event, keeping: EventHeader.size)
            case 1: event = Array(pick(corpus.files[random.below(corpus.files.count)].events, &random).prefix(4096))
            case 2: place += 1
            default: break
            }
            // The worker stops at the first error; what comes behind it must not hurt either.
            try? probe.take(event)
            place += 1
        }
    }

    /// Random bytes in a column of any type and size.
    private func value(_ random: inout SplitMix) {
        let type = ColumnType(rawValue: random.isOne(in: 3) ? UInt8(random.below(21)) : 240 &+ UInt8(random.below(16)))
        let meta: UInt16 =
            switch random.below(3) {
            case 0: UInt16(random.below(9))
            case 1: UInt16(random.below(66)) << 8 | UInt16(random.below(40))
            default: UInt16(truncatingIfNeeded: random.next())
            }
        let collation = [0, 8, 33, 45, 63, 255][random.below(6)]
        let forms: [ColumnLayout.LiteralForm] = [.native, .native, .utf8Text, .mariaDBUUID, .mariaDBAddress]
        guard
            let column = try? ColumnLayout(
                type: type,
                meta: meta,
                unsigned: random.isOne(in: 2),
                collation: UInt16(collation),
                form: forms[random.below(forms.count)]
            )
        else { return }
        var probe = DecoderProbe(format: .initial)
        let bytes = random.bytes(random.below(random.isOne(in: 8) ? 300 : 40))
        bytes.withUnsafeBytes { probe.use(.bytes($0), column) }
    }

    /// Containers that are full of offsets which point anywhere.
    private func json(_ random: inout SplitMix) throws {
        let column = try ColumnLayout(type: .json, meta: 4, form: random.isOne(in: 4) ? .utf8Text : .native)
        let limit = random.isOne(in: 2) ? 20 : 255
        var bytes = (0..<random.below(120)).map { _ in UInt8(random.below(limit + 1)) }
        if !bytes.isEmpty { bytes[0] = UInt8(random.below(16)) }
        // Sizes that fit, so that the walk goes on to the elements.
        if bytes.count > 5, random.isOne(in: 2) {
            bytes[1] = UInt8(random.below(12))
            bytes[2] = 0
            bytes[3] = UInt8(min(bytes.count - 1, 255))
            bytes[4] = 0
        }
        var probe = DecoderProbe(format: .initial)
        bytes.withUnsafeBytes { probe.use(.bytes($0), column) }
    }

    private func identifiers(_ random: inout SplitMix) throws {
        var text = Array("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:11-18:tag_a:3,0-1-100,1-2-18446744073709551615".utf8)
        random.damage(&text)
        let string = String(decoding: text, as: UTF8.self)
        if let set = GTIDSet(string) {
            guard GTIDSet(set.description) == set else { throw BrokenProperty("a GTID set does not survive its text: \(string)") }
            for encoding in [GTIDSet.Encoding.classic, .tagged] {
                let encoded = set.encoded(as: encoding)
                guard try encoded.withUnsafeBytes({ try GTIDSet(decoding: $0) }) == set else {
                    throw BrokenProperty("a GTID set does not survive its binary form: \(string)")
                }
                var damaged = encoded
                random.damage(&damaged)
                _ = try? damaged.withUnsafeBytes { try GTIDSet(decoding: $0) }
            }
        }
        if let position = MariaDBGTIDPosition(string) {
            guard MariaDBGTIDPosition(position.description) == position else {
                throw BrokenProperty("a position does not survive: \(string)")
            }
        }
        // The same for statements, which are tokenised.
        var statement = Array("SET STATEMENT a=1 FOR /*!50000 ALTER */ TABLE `a``b`.c -- x\n ADD COLUMN d INT".utf8)
        random.damage(&statement)
        _ = statement.withUnsafeBytes { StatementKind($0) }
    }
}
