/// A growable run of raw bytes in which a statement is put together.
///
/// Appending allocates only when the buffer has to grow, and `removeAll(keepingCapacity:)` keeps the memory, so that a
/// buffer that is used again and again stops allocating. It owns its memory: one owner, passed `inout`.
package struct SQLBuffer: ~Copyable {
    @usableFromInline package private(set) var storage: UnsafeMutableRawPointer
    @usableFromInline package private(set) var capacity: Int
    /// Bytes written so far.
    package private(set) var count = 0

    package init(capacity: Int = 1024) {
        self.capacity = max(capacity, 64)
        storage = .allocate(byteCount: self.capacity, alignment: 16)
    }

    deinit { storage.deallocate() }

    package var isEmpty: Bool { count == 0 }

    package mutating func removeAll(keepingCapacity: Bool = true) {
        count = 0
        guard !keepingCapacity, capacity > 1024 else { return }
        storage.deallocate()
        capacity = 1024
        storage = .allocate(byteCount: capacity, alignment: 16)
    }

    /// Drops what was appended after `count` was this; a larger value changes nothing.
    package mutating func truncate(to count: Int) {
        if count >= 0, count < self.count { self.count = count }
    }

    /// Takes bytes out of the middle; both ends have been written.
    mutating func removeBytes(from start: Int, count removed: Int) {
        let rest = count - start - removed
        guard start >= 0, removed >= 0, rest >= 0 else { return }
        // The regions may overlap; the standard library allows it.
        (storage + start).copyMemory(from: storage + start + removed, byteCount: rest)
        count -= removed
    }

    /// Makes room for `extra` more bytes.
    @inline(__always)
    package mutating func reserve(_ extra: Int) {
        if capacity &- count < extra { grow(by: extra) }
    }

    @inline(never)
    private mutating func grow(by extra: Int) {
        let size = max(capacity * 2, count + extra)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        larger.copyMemory(from: storage, byteCount: count)
        storage.deallocate()
        storage = larger
        capacity = size
    }

    /// Lends the end of the buffer, with room for at least `size` bytes; the body says how many it wrote.
    @inline(__always)
    mutating func withTail(_ size: Int, _ body: (UnsafeMutableRawPointer) -> Int) {
        reserve(size)
        count &+= body(storage + count)
    }

    /// A byte that was written. The caller knows that it was.
    @inline(__always)
    func byte(at index: Int) -> UInt8 { storage.load(fromByteOffset: index, as: UInt8.self) }

    @inline(__always)
    mutating func setByte(_ byte: UInt8, at index: Int) {
        storage.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
    }

    @inline(__always)
    package mutating func append(byte: UInt8) {
        reserve(1)
        storage.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        reserve(bytes.count)
        (storage + count).copyMemory(from: base, byteCount: bytes.count)
        count &+= bytes.count
    }

    package mutating func append(_ text: StaticString) {
        if text.hasPointerRepresentation {
            append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        } else {
            text.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
        }
    }

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    package mutating func append(repeating byte: UInt8, count repeats: Int) {
        guard repeats > 0 else { return }
        reserve(repeats)
        (storage + count).initializeMemory(as: UInt8.self, repeating: byte, count: repeats)
        count &+= repeats
    }

    /// Appends `` `name` `` with back quotes inside doubled.
    package mutating func append(identifier name: String) {
        append(byte: UInt8(ascii: "`"))
        var name = name
        name.withUTF8 { bytes in
            reserve(bytes.count)
            for byte in bytes {
                if byte == UInt8(ascii: "`") { append(byte: byte) }
                append(byte: byte)
            }
        }
        append(byte: UInt8(ascii: "`"))
    }

    /// Lends what was written; the pointer dies with the next change of the buffer.
    package func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: storage, count: count))
    }

    /// What was written, as text; for messages and tests.
    package var text: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}
