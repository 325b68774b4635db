import Glibc

/// A LIKE pattern of `%` and bytes that stand for themselves.
package struct BytePattern: Sendable {
    /// What stands between the `%`, of which there is one less.
    private let parts: [ConstantBytes]

    /// - Parameter parts: between the `%`; at least one.
    init(_ parts: [[UInt8]]) { self.parts = parts.map(ConstantBytes.init) }

    func matches(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let first = parts.first, let last = parts.last else { return text.isEmpty }
        let head = first.pointer
        guard parts.count > 1 else { return text.order(to: head) == 0 }
        let tail = last.pointer
        guard text.count >= head.count + tail.count, text.has(head, at: 0), text.has(tail, at: text.count - tail.count) else {
            return false
        }
        var place = head.count
        let end = text.count - tail.count
        for part in parts.dropFirst().dropLast() {
            while place + part.pointer.count <= end, !text.has(part.pointer, at: place) { place += 1 }
            guard place + part.pointer.count <= end else { return false }
            place += part.pointer.count
        }
        return true
    }
}

extension UnsafeRawBufferPointer {
    /// Negative, zero or positive, as the server orders binary strings.
    func order(to other: UnsafeRawBufferPointer) -> Int {
        let common = Swift.min(count, other.count)
        if common > 0, let left = baseAddress, let right = other.baseAddress {
            let sign = memcmp(left, right, common)
            if sign != 0 { return Int(sign) }
        }
        return count - other.count
    }

    fileprivate func has(_ other: UnsafeRawBufferPointer, at place: Int) -> Bool {
        guard other.count > 0, let left = baseAddress, let right = other.baseAddress else { return true }
        return memcmp(left + place, right, other.count) == 0
    }
}
