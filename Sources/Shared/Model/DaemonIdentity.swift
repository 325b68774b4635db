/// Which daemon a worker belongs to. Two daemons on copies of one data folder have the same tasks; only this tells them apart.
package struct DaemonIdentity: Sendable, Hashable, Codable {
    /// Another one at each start of the daemon.
    package var id: String
    /// Name of the host that it runs on.
    package var host: String
    /// Path of its data folder on that host; nil: not told.
    package var folder: String?
    /// When it was started, microseconds since 1970 UTC.
    package var startedAt: UInt64
    /// Whether a worker of it has run this task since a person last asked for that. Then another daemon that has taken the task over
    /// is not driven out again.
    package var hasRun: Bool

    package init(id: String, host: String, folder: String? = nil, startedAt: UInt64, hasRun: Bool = false) {
        self.id = id
        self.host = host
        self.folder = folder
        self.startedAt = startedAt
        self.hasRun = hasRun
    }

    /// Whether `other` is an earlier start of this daemon: on the same host, on the same data folder, of which only one has the use at a
    /// time. A target that has lost its last commits may still name it.
    package func isLaterStart(of other: DaemonIdentity) -> Bool {
        guard let folder, !folder.isEmpty, !host.isEmpty else { return false }
        return folder == other.folder && host == other.host && startedAt > other.startedAt
    }
}
