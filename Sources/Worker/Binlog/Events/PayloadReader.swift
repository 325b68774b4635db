import CZstd

/// Unpacks a transaction payload event by event.
///
/// Memory is bounded by the largest event inside, whatever the transaction holds. The payload's bytes have to live as
/// long as the reader.
package struct PayloadReader: ~Copyable {
    private let payload: TransactionPayload
    private let context: OpaquePointer?
    private var inputOffset = 0
    /// Unpacked bytes; those before `position` have been handed out.
    private var buffer = SQLBuffer(capacity: 1 << 16)
    private var position = 0

    private static let chunk = 1 << 16
    /// The largest event a server writes (`max_log_event_size` in `binlog_event.h`).
    private static let eventLimit = 1 << 30

    package init(_ payload: TransactionPayload) throws(DecodeError) {
        self.payload = payload
        switch payload.compression {
        case .none: context = nil
        case .zstd:
            guard let created = ZSTD_createDCtx() else {
                throw DecodeError(.unsupported, "zstd without memory", at: 0)
            }
            context = created
        }
    }

    deinit { ZSTD_freeDCtx(context) }

    /// The next event, header included, for ``EventDecoder/decode(unpacked:)``; nil at the end.
    ///
    /// The bytes are valid until the next call.
    /// - Throws: `DecodeError` when the payload is damaged or ends inside an event.
    package mutating func next() throws(DecodeError) -> UnsafeRawBufferPointer? {
        guard try fill(EventHeader.size) else {
            guard position == buffer.count else { throw DecodeError(.truncated, "transaction payload", at: position) }
            return nil
        }
        let start = position
        let header = try buffer.withUnsafeBytes { bytes throws(DecodeError) in
            try EventHeader(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
        let size = Int(header.eventSize)
        guard size <= PayloadReader.eventLimit, try fill(size) else {
            throw DecodeError(.truncated, "transaction payload, event of \(size) bytes", at: position)
        }
        let first = position
        position += size
        // Lent until the next call, which is what this promises.
        return buffer.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[first..<(first + size)]) }
    }

    /// Makes `count` unpacked bytes ready; false when the payload ends before.
    private mutating func fill(_ count: Int) throws(DecodeError) -> Bool {
        if buffer.count - position >= count { return true }
        buffer.removeBytes(from: 0, count: position)
        position = 0
        while buffer.count < count {
            guard try unpack() else { return false }
        }
        return true
    }

    /// Unpacks some more; false when nothing is left.
    private mutating func unpack() throws(DecodeError) -> Bool {
        guard let context else {
            let left = payload.bytes[(payload.bytes.startIndex + inputOffset)...].prefix(PayloadReader.chunk)
            buffer.append(UnsafeRawBufferPointer(rebasing: left))
            inputOffset += left.count
            return !left.isEmpty
        }
        var input = ZSTD_inBuffer(src: payload.bytes.baseAddress, size: payload.bytes.count, pos: inputOffset)
        var code = 0
        var written = 0
        buffer.withTail(PayloadReader.chunk) { tail in
            var output = ZSTD_outBuffer(dst: tail, size: PayloadReader.chunk, pos: 0)
            code = ZSTD_decompressStream(context, &output, &input)
            written = output.pos
            return written
        }
        guard ZSTD_isError(code) == 0 else {
            throw DecodeError(.invalid, "transaction payload (zstd)", at: inputOffset)
        }
        let advanced = input.pos > inputOffset
        inputOffset = input.pos
        return written > 0 || advanced
    }
}
