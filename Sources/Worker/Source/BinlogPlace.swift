import SyncModel
import WorkerBinlog

/// Where in the source's files the stream is, with 64 bits although events carry only 32.
struct BinlogPlace {
    private(set) var file: String
    /// Bytes from the start of the file.
    private(set) var offset: UInt64

    init(_ position: BinlogPosition) {
        file = position.file ?? ""
        offset = position.offset ?? 4
    }

    mutating func rotate(to file: String, at offset: UInt64) {
        self.file = file
        self.offset = offset
    }

    /// Goes past an event.
    mutating func pass(_ header: EventHeader) {
        // Made-up events are in no file; MariaDB 11.4 fills in positions only at the end of a transaction.
        guard !header.isArtificial, header.nextPosition != 0 else { return }
        let next = offset & ~0xFFFF_FFFF | UInt64(header.nextPosition)
        // Positions only grow within a file: a smaller one means that 4 GiB were passed.
        offset = next < offset ? next + (1 << 32) : next
    }

    /// What the server says about itself while it has nothing to send.
    mutating func learn(_ heartbeat: HeartbeatEvent) {
        guard heartbeat.file == file, heartbeat.position > offset else { return }
        offset = heartbeat.position
    }
}
