/// The ways in which bytes are damaged.
extension SplitMix {
    /// Numbers at which lengths and counts go wrong.
    private static let edges: [UInt64] = [
        0, 1, 2, 3, 7, 8, 15, 16, 63, 64, 127, 128, 250, 251, 252, 253, 254, 255, 256, 4095, 4096, 4097, 32767, 32768,
        65535, 65536,
        0xFF_FFFF, 0x100_0000, 0x3FFF_FFFF, 0x4000_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF,
        0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFE, 0xFFFF_FFFF_FFFF_FFFF,
    ]

    /// Does one to several kinds of damage behind the first `kept` bytes.
    mutating func damage(_ bytes: inout [UInt8], keeping kept: Int = 0) {
        for _ in 0...below(4) { damageOnce(&bytes, kept) }
    }

    private mutating func damageOnce(_ bytes: inout [UInt8], _ kept: Int) {
        guard bytes.count > kept else {
            bytes.append(byte())
            return
        }
        // Lengths and counts stand at the beginning more often than not.
        let reach = isOne(in: 2) ? min(bytes.count - kept, 64) : bytes.count - kept
        let place = kept + below(reach)
        switch below(9) {
        case 0: bytes[place] ^= 1 << UInt8(below(8))
        case 1: bytes[place] = byte()
        case 2: bytes.removeSubrange((kept + below(bytes.count - kept))...)
        case 3: overwrite(&bytes, at: place)
        case 4:
            let count = min(1 + below(8), bytes.count - place)
            bytes.removeSubrange(place..<place + count)
        case 5: bytes.insert(contentsOf: (0...below(8)).map { _ in byte() }, at: place)
        case 6:
            for index in place..<min(place + 1 + below(16), bytes.count) { bytes[index] = byte() }
        case 7:
            // A stretch a second time somewhere else.
            let count = min(1 + below(32), bytes.count - place)
            bytes.insert(contentsOf: Array(bytes[place..<place + count]), at: kept + below(bytes.count - kept))
        default: bytes[place] &+= isOne(in: 2) ? 1 : 255
        }
    }

    /// A number that lengths go wrong at, in one to eight bytes, sometimes with the mark of a length-encoded integer.
    private mutating func overwrite(_ bytes: inout [UInt8], at start: Int) {
        let value = Self.edges[below(Self.edges.count)]
        let width = [1, 2, 3, 4, 8][below(5)]
        var place = start
        if isOne(in: 3), width != 1 {
            bytes[place] = width == 2 ? 252 : width == 3 ? 253 : 254
            place += 1
        }
        for index in 0..<width where place + index < bytes.count {
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in byte() } }
}
