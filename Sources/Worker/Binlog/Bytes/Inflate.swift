/// Decompression of DEFLATE streams, as MariaDB uses them for compressed events and compressed columns.
///
/// Sources: RFC 1950 (zlib), RFC 1951 (DEFLATE).
struct Inflater {
    private let input: UnsafeRawBufferPointer
    private var position = 0
    private var bits: UInt64 = 0
    private var bitCount = 0

    private init(_ input: UnsafeRawBufferPointer) { self.input = input }

    /// Appends the decompressed bytes, exactly `size` of them.
    ///
    /// - Parameter hasHeader: zlib's two bytes before and Adler-32 behind the stream.
    static func append(
        _ input: UnsafeRawBufferPointer,
        hasHeader: Bool,
        size: Int,
        to output: inout SQLBuffer
    ) throws(DecodeError) {
        var inflater = Inflater(input)
        let start = output.count
        if hasHeader {
            guard input.count >= 2, input[0] & 15 == 8, (Int(input[0]) << 8 | Int(input[1])) % 31 == 0,
                input[1] & 0x20 == 0
            else { throw inflater.error(.invalid, "header") }
            inflater.position = 2
        }
        try inflater.run(&output, start: start, limit: size)
        guard output.count - start == size else { throw inflater.error(.invalid, "size") }
        if hasHeader { try inflater.checkSum(output, from: start) }
    }

    private func error(_ reason: DecodeError.Reason, _ what: String) -> DecodeError {
        DecodeError(reason, "compressed data, \(what)", at: position)
    }

    // MARK: Bits

    private mutating func fill() {
        while bitCount <= 56, position < input.count {
            bits |= UInt64(input[position]) << UInt64(bitCount)
            position += 1
            bitCount += 8
        }
    }

    private mutating func take(_ count: Int) throws(DecodeError) -> Int {
        if bitCount < count { fill() }
        guard bitCount >= count else { throw error(.truncated, "bits") }
        let value = bits & (1 << UInt64(count) - 1)
        bits >>= UInt64(count)
        bitCount -= count
        return Int(value)
    }

    // MARK: Blocks

    private mutating func run(_ output: inout SQLBuffer, start: Int, limit: Int) throws(DecodeError) {
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0: try stored(&output, start: start, limit: limit)
            case 1:
                try block(&output, Inflater.fixedLengths, Inflater.fixedDistances, start: start, limit: limit)
            case 2:
                let (lengths, distances) = try dynamicCodes()
                try block(&output, lengths, distances, start: start, limit: limit)
            default: throw error(.invalid, "block type")
            }
        }
    }

    private mutating func stored(_ output: inout SQLBuffer, start: Int, limit: Int) throws(DecodeError) {
        _ = try take(bitCount % 8)
        let length = try take(16)
        guard try take(16) == ~length & 0xFFFF else { throw error(.invalid, "stored length") }
        // Whole bytes may still be in the bit buffer.
        position -= bitCount / 8
        bits = 0
        bitCount = 0
        guard input.count - position >= length, output.count - start + length <= limit else {
            throw error(.truncated, "stored block")
        }
        output.append(UnsafeRawBufferPointer(rebasing: input[position..<(position + length)]))
        position += length
    }

    private mutating func block(
        _ output: inout SQLBuffer,
        _ lengths: HuffmanCode,
        _ distances: HuffmanCode,
        start: Int,
        limit: Int
    ) throws(DecodeError) {
        while true {
            let symbol = try symbol(lengths)
            if symbol < 256 {
                guard output.count - start < limit else { throw error(.invalid, "size") }
                output.append(byte: UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol <= 285 else { throw error(.invalid, "length code") }
            let base = Inflater.lengthBases[symbol - 257]
            let length = base.0 + (try take(base.1))
            let code = try self.symbol(distances)
            guard code < 30 else { throw error(.invalid, "distance code") }
            let distanceBase = Inflater.distanceBases[code]
            let distance = distanceBase.0 + (try take(distanceBase.1))
            guard distance <= output.count - start, output.count - start + length <= limit else {
                throw error(.invalid, "distance")
            }
            output.appendCopy(distance: distance, length: length)
        }
    }

    private mutating func symbol(_ code: HuffmanCode) throws(DecodeError) -> Int {
        if bitCount < 15 { fill() }
        guard let (symbol, length) = code.decode(bits), length <= bitCount else {
            throw error(bitCount < 15 ? .truncated : .invalid, "code")
        }
        bits >>= UInt64(length)
        bitCount -= length
        return symbol
    }

    private mutating func dynamicCodes() throws(DecodeError) -> (HuffmanCode, HuffmanCode) {
        let lengthCount = try take(5) + 257
        let distanceCount = try take(5) + 1
        let codeCount = try take(4) + 4
        var sizes = [UInt8](repeating: 0, count: 19)
        let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        for index in 0..<codeCount { sizes[order[index]] = UInt8(try take(3)) }
        guard let codeLengths = HuffmanCode(sizes) else { throw error(.invalid, "code lengths") }
        var all: [UInt8] = []
        while all.count < lengthCount + distanceCount {
            let code = try symbol(codeLengths)
            switch code {
            case 0..<16: all.append(UInt8(code))
            case 16:
                guard let last = all.last else { throw error(.invalid, "repeat") }
                all += [UInt8](repeating: last, count: 3 + (try take(2)))
            case 17: all += [UInt8](repeating: 0, count: 3 + (try take(3)))
            default: all += [UInt8](repeating: 0, count: 11 + (try take(7)))
            }
        }
        guard all.count == lengthCount + distanceCount, all[256] != 0,
            let lengths = HuffmanCode(Array(all[..<lengthCount])),
            let distances = HuffmanCode(Array(all[lengthCount...]))
        else { throw error(.invalid, "codes") }
        return (lengths, distances)
    }

    private mutating func checkSum(_ output: borrowing SQLBuffer, from start: Int) throws(DecodeError) {
        let end = position - bitCount / 8
        guard end + 4 <= input.count else { throw error(.truncated, "checksum") }
        var low: UInt32 = 1
        var high: UInt32 = 0
        output.withUnsafeBytes { bytes in
            var index = start
            while index < bytes.count {
                // The largest run whose sums cannot overflow 32 bits.
                for byte in bytes[index..<min(index + 5552, bytes.count)] {
                    low &+= UInt32(byte)
                    high &+= low
                }
                low %= 65_521
                high %= 65_521
                index += 5552
            }
        }
        guard UInt64(high << 16 | low) == input.bigEndian(at: end, count: 4) else {
            throw error(.checksum, "Adler-32")
        }
    }

    // MARK: Tables

    private static let fixedLengths =
        HuffmanCode(
            (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
        ) ?? HuffmanCode.empty
    private static let fixedDistances = HuffmanCode([UInt8](repeating: 5, count: 30)) ?? HuffmanCode.empty

    /// Base and extra bits of the length codes 257…285.
    private static let lengthBases: [(Int, Int)] = {
        var bases: [(Int, Int)] = []
        var base = 3
        for code in 0..<28 {
            let extra = code < 8 ? 0 : code / 4 - 1
            bases.append((base, extra))
            base += 1 << extra
        }
        return bases + [(258, 0)]
    }()

    /// Base and extra bits of the distance codes.
    private static let distanceBases: [(Int, Int)] = {
        var bases: [(Int, Int)] = []
        var base = 1
        for code in 0..<30 {
            let extra = code < 4 ? 0 : code / 2 - 1
            bases.append((base, extra))
            base += 1 << extra
        }
        return bases
    }()
}

/// A canonical prefix code: a table for codes up to ten bits, counting for longer ones.
private struct HuffmanCode: Sendable {
    private static let tableBits = 10
    /// Symbol << 4 | length, at the code's bits in stream order; 0: longer or none.
    private var table = [UInt16](repeating: 0, count: 1 << tableBits)
    private var counts = [Int](repeating: 0, count: 16)
    private var symbols: [UInt16] = []

    static let empty = HuffmanCode()
    private init() {}

    /// nil when there are more codes of a length than can be.
    init?(_ lengths: [UInt8]) {
        for length in lengths where length > 0 { counts[Int(length)] += 1 }
        var left = 1
        for length in 1...15 {
            left = left * 2 - counts[length]
            if left < 0 { return nil }
        }
        var offsets = [Int](repeating: 0, count: 17)
        var codes = [Int](repeating: 0, count: 17)
        for length in 1...15 {
            offsets[length + 1] = offsets[length] + counts[length]
            codes[length + 1] = (codes[length] + counts[length]) << 1
        }
        symbols = [UInt16](repeating: 0, count: offsets[16])
        for (symbol, size) in lengths.enumerated() where size > 0 {
            let length = Int(size)
            symbols[offsets[length]] = UInt16(symbol)
            offsets[length] += 1
            let code = codes[length]
            codes[length] += 1
            guard length <= HuffmanCode.tableBits else { continue }
            var index = 0
            for bit in 0..<length where code >> bit & 1 != 0 { index |= 1 << (length - 1 - bit) }
            while index < 1 << HuffmanCode.tableBits {
                table[index] = UInt16(symbol << 4 | length)
                index += 1 << length
            }
        }
    }

    @inline(__always)
    func decode(_ bits: UInt64) -> (symbol: Int, length: Int)? {
        let entry = table[Int(bits & (1 << UInt64(HuffmanCode.tableBits) - 1))]
        if entry != 0 { return (Int(entry >> 4), Int(entry & 15)) }
        var code = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            code |= Int(bits >> UInt64(length - 1) & 1)
            let count = counts[length]
            if code - count < first {
                return code >= first ? (Int(symbols[index + code - first]), length) : nil
            }
            index += count
            first = (first + count) << 1
            code <<= 1
        }
        return nil
    }
}

extension SQLBuffer {
    /// Appends bytes that were written before: `length` of them, `distance` back; they may overlap.
    fileprivate mutating func appendCopy(distance: Int, length: Int) {
        reserve(length)
        for _ in 0..<length { append(byte: byte(at: count - distance)) }
    }

    /// Appends what MariaDB compressed: a byte 0x80 | 8 (no zlib header) | bytes of the length, the length big endian,
    /// the stream. Sources: `binlog_buf_uncompress` in `sql/log_event.cc`, `uncompress_zlib` in `sql/field_comp.cc`.
    mutating func append(
        mariaDBCompressed bytes: UnsafeRawBufferPointer
    ) throws(DecodeError) {
        guard let head = bytes.first else { throw DecodeError(.truncated, "compressed data", at: 0) }
        let lengthSize = Int(head & 7)
        guard head & 0xF0 == 0x80, lengthSize >= 1, lengthSize <= 4 else {
            throw DecodeError(.unsupported, "compression \(head)", at: 0)
        }
        guard bytes.count > lengthSize else { throw DecodeError(.truncated, "compressed data", at: 0) }
        let size = bytes.bigEndian(at: 1, count: lengthSize)
        guard size <= 1 << 30 else { throw DecodeError(.invalid, "compressed data, size \(size)", at: 1) }
        let stream = UnsafeRawBufferPointer(rebasing: bytes[(1 + lengthSize)...])
        try Inflater.append(stream, hasHeader: head & 8 == 0, size: Int(size), to: &self)
    }
}
