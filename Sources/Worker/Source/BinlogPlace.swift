import SyncModel
import WorkerBinlog

/// Where in the source's files the stream is, with 64 bits although events carry only 32.
struct BinlogPlace {
    private(set) var file: String
    /// Bytes from the start of the file.
    private(set) var offset: UInt64
    /// Bytes of the events since then that do not say where they end.
    private var unplaced: UInt64 = 0

    init(_ position: BinlogPosition) {
        file = position.file ?? ""
        offset = position.offset ?? 4
    }

    var position: BinlogPosition { BinlogPosition(file: file, offset: offset) }

    mutating func rotate(to file: String, at offset: UInt64) {
        self.file = file
        self.offset = offset
        unplaced = 0
    }

    /// Goes past an event.
    mutating func pass(_ header: EventHeader) {
        // Made-up events are in no file.
        guard !header.isArtificial else { return }
        // MariaDB 11.4 fills in positions only at the end of a transaction, which may be larger than 4 GiB.
        guard header.nextPosition != 0 else {
            unplaced += UInt64(header.eventSize)
            return
        }
        // Sizes are those of the events as they are sent, which may differ a little from those in the file.
        let slack: UInt64 = 1 << 31
        let least = offset + (unplaced > slack ? unplaced - slack : 0)
        let next = least & ~0xFFFF_FFFF | UInt64(header.nextPosition)
        // Positions only grow within a file: a smaller one means that 4 GiB were passed.
        offset = next < least ? next + (1 << 32) : next
        unplaced = 0
    }

    /// What the server says about itself while it has nothing to send.
    mutating func learn(_ heartbeat: HeartbeatEvent) {
        guard heartbeat.file == file, heartbeat.position > offset else { return }
        offset = heartbeat.position
    }
}

extension TransactionID {
    /// Where a transaction is, as one word: by its name, else by its place in the file.
    func word(at place: BinlogPlace) -> String {
        switch self {
        case .none: "\(place.file):\(place.offset)"
        case .mysql(let gtid): gtid.description
        case .mariaDB(let gtid): gtid.description
        }
    }
}
