/// The form in COM_BINLOG_DUMP_GTID and PREVIOUS_GTIDS events.
///
/// Classic: number of sources (8 bytes), then for each: 16 bytes, number of intervals (8), each as start and end (8 + 8,
/// end excluded). Tagged (MySQL 8.3): the number of origins sits in bits 8…55 of the first eight bytes, whose lowest and
/// highest byte say 1, and behind each source comes its tag with a variable-length size.
/// Source: `Gtid_set::encode` and `add_gtid_encoding` in `sql/rpl_gtid_set.cc`; tag in `libs/mysql/gtid/tag.h`.
extension GTIDSet {
    /// How to write the set; a set with tags only has the tagged form.
    package enum Encoding: Sendable, Hashable { case classic, tagged }

    /// The binary form: classic where it suffices, unless asked otherwise.
    package func encoded(as encoding: Encoding = .classic) -> [UInt8] {
        let tagged = encoding == .tagged || hasTags
        let origins = self.origins
        var bytes: [UInt8] = []
        func append(_ value: UInt64) {
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * shift))) }
        }
        let count = UInt64(origins.count)
        append(tagged ? 1 << 56 | count << 8 | 1 : count)
        for origin in origins {
            bytes += origin.source.bytes
            if tagged {
                // At most 32, so that one byte holds it; see `ByteReader.readVarlen`.
                bytes.append(UInt8(truncatingIfNeeded: origin.tag.utf8.count << 1))
                bytes += origin.tag.utf8
            }
            let ranges = intervals(of: origin)
            append(UInt64(ranges.count))
            for range in ranges {
                append(UInt64(bitPattern: range.lowerBound))
                append(UInt64(bitPattern: range.upperBound))
            }
        }
        return bytes
    }

    /// Reads either form.
    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodeError) {
        self.init()
        var reader = ByteReader(bytes, context: "GTID set", origin: EventHeader.size)
        let head = try reader.readUInt64()
        let tagged = head >> 56 == 1
        guard tagged || head >> 56 == 0 else { throw reader.error(.unsupported, "format \(head >> 56)") }
        let count = tagged ? (head << 8) >> 16 : head
        guard count <= UInt64(reader.remaining) / 24 else { throw reader.error(.truncated) }
        for _ in 0..<count {
            let source = try ServerUUID(reading: &reader)
            var tag = ""
            if tagged {
                let length = try reader.readVarlen()
                guard length <= 32 else { throw reader.error(.invalid, "tag of \(length) bytes") }
                tag = try reader.readString(Int(length))
                guard tag.isEmpty || Self.tag(tag[...]) == tag else { throw reader.error(.invalid, "tag") }
            }
            let intervals = try reader.readUInt64()
            guard intervals <= UInt64(reader.remaining) / 16 else { throw reader.error(.truncated) }
            var last: Int64 = 0
            for _ in 0..<intervals {
                let start = Int64(bitPattern: try reader.readUInt64())
                let end = Int64(bitPattern: try reader.readUInt64())
                guard start > last, end > start else { throw reader.error(.invalid, "interval") }
                insert(start..<end, of: Origin(source: source, tag: tag))
                last = end
            }
        }
    }
}
