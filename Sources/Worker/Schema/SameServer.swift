package import SyncMySQL

/// One server under two names: what a task within one server is told apart by from one between a server and its copy.
package enum SameServer {
    /// Whether both sessions are of one server. A lock by name is seen by all sessions of a server, whatever address they came by.
    package static func reaches(
        _ source: Session, _ target: Session, _ here: ServerProfile, _ there: ServerProfile
    ) throws(MySQLError) -> Bool {
        guard here.isMariaDB == there.isMariaDB, here.version == there.version else { return false }
        let lock = "'dts_\(UInt64.random(in: 0...UInt64.max))'"
        guard try source.value("SELECT GET_LOCK(\(lock), 0)") == "1" else { return false }
        let holder = try target.value("SELECT IS_USED_LOCK(\(lock))")
        _ = try source.value("SELECT RELEASE_LOCK(\(lock))")
        return holder != nil
    }
}

extension ObjectMap {
    /// Whether no database is read and written as well, so that source and target may be one server.
    package var keepsDatabasesApart: Bool {
        let sources = Set(databases.map { $0.lowercased() })
        return databases.allSatisfy { !sources.contains((targetDatabase(of: $0) ?? $0).lowercased()) }
    }
}
