import WorkerBinlog

/// Names one definition statement of the source's log.
///
/// The place alone would do while the log is the same. Where positions are those in files, a log that was begun anew uses
/// its places again; so the name also holds a checksum of the text.
package struct StatementID: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// - Parameters:
    ///   - place: of its transaction in the log, as one word.
    ///   - statement: as the source logged it.
    package init(place: String, statement: UnsafeRawBufferPointer) {
        let checksum = String(CRC32.checksum(statement), radix: 16)
        description = "\(place) \(checksum)"
    }

    /// One that was made before.
    package init(_ description: String) { self.description = description }
}
