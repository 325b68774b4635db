package import SyncModel

/// How far the changes of one server have come on a task's source: a task brought them there, whose marker, or whose own
/// note, says up to where in that server's log.
package struct Arrival: Sendable, Hashable {
    /// Identity of the server that the changes were born on.
    package var origin: String
    /// The task that brought them to the source.
    package var feeder: String
    /// The server whose files the position names, see ``Checkpoint/sourceServer``.
    package var server: String
    package var position: BinlogPosition

    package init(origin: String, feeder: String, server: String, position: BinlogPosition) {
        self.origin = origin
        self.feeder = feeder
        self.server = server
        self.position = position
    }
}

/// Where in a row image of `arrival` another task's reader finds what it needs.
package enum ArrivalColumn {
    package static let task = 0
    package static let origin = 1
    package static let server = 3
    package static let gtid = 4
    package static let file = 5
    package static let fileOffset = 6
    package static let minimumCount = 8
}
