package import SyncMySQL
package import WorkerSchema

/// As which replica a stream asks a source for its log.
///
/// A server allows each identity one stream and ends the older one. So a stream keeps that of its task's earlier ones, of
/// which the server may still hold a dead one, and never takes that of anybody else.
package struct ReplicaIdentity: Sendable, Hashable {
    /// The `server_id`.
    package var number: UInt32
    /// What MySQL tells replicas apart by.
    package var uuid: String
    /// The name in the source's list of replicas.
    package var host: String

    /// - Parameter clashes: how often an earlier choice turned out to be somebody else's.
    package init(task: String, clashes: Int = 0) {
        let name = clashes == 0 ? task : "\(task) \(clashes)"
        let (low, high) = (Self.hash(name, seed: 2_166_136_261), Self.hash(name, seed: 84_696_351))
        // People number their servers from below; this half is free in practice.
        number = low | 0x8000_0000
        let digits = Self.hexadecimal(high) + Self.hexadecimal(low)
        uuid = "d7500000-0000-4000-\(digits.prefix(4))-\(digits.dropFirst(4))"
        uuid += String(repeating: "0", count: 36 - uuid.count)
        host = String("dts-\(task)".prefix(50))
    }

    /// The first one that no other replica of the source has, nor the source itself.
    package static func choose(
        for task: String, clashes: Int, _ source: Session, _ profile: ServerProfile
    ) throws(MySQLError) -> ReplicaIdentity {
        let others = try replicas(source, profile)
        var attempt = clashes
        while true {
            let identity = ReplicaIdentity(task: task, clashes: attempt)
            let isTaken = others.contains { $0.number == identity.number && !identity.isOurs($0) } || identity.number == profile.serverID
            if !isTaken { return identity }
            attempt += 1
        }
    }

    /// A replica in the source's list.
    package struct Listed: Sendable, Hashable {
        package var number: UInt32
        package var host: String
        /// Empty on MariaDB.
        package var uuid: String
    }

    /// The replicas that have told the source of themselves.
    package static func replicas(_ source: Session, _ profile: ServerProfile) throws(MySQLError) -> [Listed] {
        let isNew = !profile.isMariaDB && profile.isAtLeast(8, 0, 22)
        let rows: [TextRow]
        do throws(MySQLError) {
            rows = try source.rows(isNew ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS")
        } catch {
            // MariaDB wants a privilege for it that nothing else needs; a clash then shows in the stream.
            guard error.code == .specificAccessDenied else { throw error }
            return []
        }
        return rows.filter { $0.count >= 4 }.map { row in
            Listed(
                number: row[0].flatMap { UInt32($0) } ?? 0, host: row[1] ?? "", uuid: profile.isMariaDB ? "" : row[row.count - 1] ?? "")
        }
    }

    private func isOurs(_ other: Listed) -> Bool { other.host == host && (other.uuid.isEmpty || other.uuid == uuid) }

    private static func hash(_ text: String, seed: UInt32) -> UInt32 {
        text.utf8.reduce(seed) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }

    private static func hexadecimal(_ number: UInt32) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
