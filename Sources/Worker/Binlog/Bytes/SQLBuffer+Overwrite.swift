extension SQLBuffer {
    /// Writes a number over four bytes that were appended before; beyond the end nothing happens.
    package mutating func overwrite(at offset: Int, with value: UInt32) {
        guard offset >= 0, offset &+ 4 <= count else { return }
        storage.storeBytes(of: value, toByteOffset: offset, as: UInt32.self)
    }
}
