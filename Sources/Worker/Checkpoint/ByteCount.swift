import Synchronization

/// Adds up bytes that several threads see.
package final class ByteCount: Sendable {
    private let count = Atomic<UInt64>(0)

    package init() {}

    package var value: UInt64 { count.load(ordering: .relaxed) }

    package func add(_ bytes: Int) { count.wrappingAdd(UInt64(max(0, bytes)), ordering: .relaxed) }
}
