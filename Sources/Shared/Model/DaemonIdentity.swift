/// Which daemon a worker belongs to. Two daemons on copies of one data folder have the same tasks; only this tells them apart.
package struct DaemonIdentity: Sendable, Hashable, Codable {
    /// Another one at each start of the daemon.
    package var id: String
    /// Name of the host that it runs on.
    package var host: String
    /// When it was started, microseconds since 1970 UTC.
    package var startedAt: UInt64
    /// Whether a worker of it has run this task since a person last asked for that. Then another daemon that has taken the task over
    /// is not driven out again.
    package var hasRun: Bool

    package init(id: String, host: String, startedAt: UInt64, hasRun: Bool = false) {
        self.id = id
        self.host = host
        self.startedAt = startedAt
        self.hasRun = hasRun
    }
}
