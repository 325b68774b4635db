package import SyncMySQL
package import WorkerSchema

/// The servers that share an identity: one and the replicas of it that have taken over.
///
/// `__dts__` is replicated like any other database, so a replica that is promoted has the identity and all checkpoints of
/// the server that it replaces. So has a copy restored from a backup, which is another server. The two are told apart by
/// `__dts__.member`: the servers that are known to be one and the same to us.
package enum ServerGroup {
    private static let table = "`\(metadataDatabase)`.member"

    /// Whether the server is the one that got the identity, or was admitted later.
    package static func isMember(_ profile: ServerProfile, _ session: Session) throws(MySQLError) -> Bool {
        guard try MetadataTables.hasColumn("server", of: "member", session), try session.value("SELECT 1 FROM \(table) LIMIT 1") != nil
        else { return true }
        return try session.value("SELECT 1 FROM \(table) WHERE server = \(quoteText(profile.server))") != nil
    }

    /// Notes on the server that it belongs to the group.
    package static func admit(_ profile: ServerProfile, _ session: Session) throws(MySQLError) {
        if try isMember(profile, session) { return }
        try session.execute("INSERT IGNORE INTO \(table) (server) VALUES (\(quoteText(profile.server)))")
    }
}
