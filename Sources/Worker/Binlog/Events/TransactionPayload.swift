/// A whole transaction as one event: its events one after another, usually compressed with zstd, without checksums.
///
/// Source: `Transaction_payload_event` in MySQL's `control_events.h`; the fields are tag, length, value, where tag and
/// length (and the numbers) are length-encoded integers and tag 0 ends them.
package struct TransactionPayload {
    package enum Compression: Sendable, Hashable {
        case zstd
        case none
    }

    package let compression: Compression
    /// What the event says; only unpacking tells the truth.
    package let uncompressedSize: UInt64
    /// The events, still compressed. Borrowed.
    package let bytes: UnsafeRawBufferPointer

    init(reading reader: inout ByteReader) throws(DecodeError) {
        var payloadSize: UInt64?
        var algorithm: UInt64 = 255
        var uncompressed: UInt64?
        while true {
            let tag = try reader.readPacked()
            if tag == 0 { break }
            let length = try reader.readPackedCount()
            var field = ByteReader(
                try reader.take(length),
                context: reader.context,
                origin: reader.origin + reader.offset - length
            )
            switch tag {
            case 1: payloadSize = try field.readPacked()
            case 2: algorithm = try field.readPacked()
            case 3: uncompressed = try field.readPacked()
            default: break
            }
        }
        guard let payloadSize, payloadSize <= UInt64(reader.remaining) else { throw reader.error(.truncated) }
        switch algorithm {
        case 0: compression = .zstd
        case 255: compression = .none
        default: throw reader.error(.unsupported, "compression \(algorithm)")
        }
        uncompressedSize = uncompressed ?? payloadSize
        bytes = try reader.take(Int(payloadSize))
    }
}
