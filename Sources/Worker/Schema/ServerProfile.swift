package import SyncModel
package import SyncMySQL

/// What a server says about itself, as far as syncing depends on it.
package struct ServerProfile: Sendable, Hashable {
    package var version: String
    package var isMariaDB: Bool
    /// Major, minor, patch.
    package var number: [Int]
    /// Identity that survives a change of address and a failover: the one in `__dts__.identity`, which the server shares
    /// with its replicas. Before the first task has made it, MySQL's `server_uuid`; for MariaDB it is empty.
    package var uuid: String
    /// What tells this server from its own replicas: MySQL's `server_uuid`, MariaDB's `server_id`.
    package var server: String
    package var serverID: UInt32
    package var hasBinlog: Bool
    package var binlogFormat: String
    package var binlogRowImage: String
    /// `ON`, `OFF`, … for MySQL; MariaDB always has GTIDs: `ON`.
    package var gtidMode: String
    package var maxAllowedPacket: Int
    /// Whether rows that a foreign key changes in other tables (CASCADE, SET NULL) are in the binlog. MySQL 9.6 and later
    /// execute foreign keys above the storage engine.
    package var logsCascades: Bool
    /// Seconds after which it purges its binlog; nil: never, or not known.
    package var binlogRetentionSeconds: UInt64?
    /// `explicit_defaults_for_timestamp` for all sessions together; nil: not known.
    package var explicitDefaultsForTimestamp: Bool?
    /// MariaDB's `old_mode`, in upper case; nil where there is none.
    package var oldMode: String?
    /// `lower_case_table_names = 1`: it keeps names of databases, tables and views in lower case.
    package var foldsNames = false
    /// Whether the session that asked is encrypted.
    package var encrypted: Bool?

    /// A server with the usual settings that nobody has asked.
    package init(version: String, uuid: String, isMariaDB: Bool = false) {
        self.version = version
        self.uuid = uuid
        server = uuid
        self.isMariaDB = isMariaDB
        number = version.split(separator: ".").compactMap { Int($0) }
        serverID = 1
        hasBinlog = true
        binlogFormat = "ROW"
        binlogRowImage = "FULL"
        gtidMode = "ON"
        maxAllowedPacket = 4 << 20
        logsCascades = false
    }

    package init(_ session: Session) throws(MySQLError) {
        version = try session.value("SELECT VERSION()") ?? session.serverVersion
        isMariaDB = version.contains("MariaDB") || session.isMariaDB
        number = version.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) }
        let variables = try Self.variables(session)
        serverID = UInt32(variables["server_id"] ?? "") ?? 0
        hasBinlog = Self.isOn(variables["log_bin"])
        binlogFormat = (variables["binlog_format"] ?? "ROW").uppercased()
        binlogRowImage = (variables["binlog_row_image"] ?? "FULL").uppercased()
        gtidMode = isMariaDB ? "ON" : (variables["gtid_mode"] ?? "OFF").uppercased()
        maxAllowedPacket = Int(variables["max_allowed_packet"] ?? "").flatMap { $0 > 0 ? $0 : nil } ?? 4 << 20
        binlogRetentionSeconds = Self.retention(variables)
        server = isMariaDB ? "\(serverID)" : variables["server_uuid"] ?? ""
        uuid = isMariaDB ? "" : server
        explicitDefaultsForTimestamp = variables["explicit_defaults_for_timestamp"].map(Self.isOn)
        oldMode = isMariaDB ? variables["old_mode"]?.uppercased() : nil
        foldsNames = variables["lower_case_table_names"] == "1"
        encrypted = session.usesTLS
        logsCascades = !isMariaDB && !number.lexicographicallyPrecedes([9, 6]) && !Self.isOn(variables["innodb_native_foreign_keys"])
        let known = try session.value(
            "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = '\(metadataDatabase)' AND TABLE_NAME = 'identity'")
        if known != nil, let identity = try Self.identity(session) { uuid = identity }
    }

    private static func identity(_ session: Session) throws(MySQLError) -> String? {
        do {
            return try session.value("SELECT uuid FROM `\(metadataDatabase)`.identity WHERE id = 1")
        } catch {
            // The last task there has just been deleted.
            guard error.code == .unknownTable || error.code == .unknownDatabase else { throw error }
            return nil
        }
    }

    /// Whether MariaDB's events tell `explicit_defaults_for_timestamp`, each line of versions from another one on.
    ///
    /// Source: MDEV-29078.
    package var logsExplicitDefaults: Bool {
        guard isMariaDB, isAtLeast(10, 5) else { return false }
        let since = [5: 17, 6: 9, 7: 5, 8: 4, 9: 2]
        return number.first == 10 && number.count > 2 ? number[2] >= since[number[1], default: 0] : true
    }

    /// Whether the version is at least this one.
    package func isAtLeast(_ major: Int, _ minor: Int, _ patch: Int = 0) -> Bool {
        !number.lexicographicallyPrecedes([major, minor, patch])
    }

    /// How positions in this server's binlog are named, given what the user asked for.
    package func positioning(_ wanted: Endpoint.Positioning) -> Endpoint.Positioning {
        switch wanted {
        case .auto: gtidMode == "ON" ? .gtid : .file
        case .gtid, .file: wanted
        }
    }

    package func facts(_ endpoint: Endpoint) -> ServerFacts {
        ServerFacts(
            type: endpoint.type.rawValue, host: endpoint.socket ?? endpoint.host ?? "", port: endpoint.port, server: version,
            serverUUID: isMariaDB ? uuid : server, identity: uuid.isEmpty ? nil : uuid,
            // There the service purges files by a setting of its own.
            binlogRetentionSeconds: endpoint.provider == .aws ? nil : binlogRetentionSeconds, encrypted: encrypted)
    }

    /// Newer servers have both variables; the one in seconds counts.
    private static func retention(_ variables: [String: String]) -> UInt64? {
        if let seconds = variables["binlog_expire_logs_seconds"].flatMap({ UInt64($0) }), seconds > 0 { return seconds }
        guard let days = variables["expire_logs_days"].flatMap({ Double($0) }), days > 0, days < 1_000_000 else { return nil }
        return UInt64(days * 86_400)
    }

    private static func isOn(_ value: String?) -> Bool { value == "1" || value?.uppercased() == "ON" }

    private static func variables(_ session: Session) throws(MySQLError) -> [String: String] {
        let names = [
            "server_id", "log_bin", "binlog_format", "binlog_row_image", "gtid_mode", "max_allowed_packet", "server_uuid",
            "innodb_native_foreign_keys", "binlog_expire_logs_seconds", "expire_logs_days",
            "explicit_defaults_for_timestamp", "old_mode", "lower_case_table_names",
        ]
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        var result: [String: String] = [:]
        for row in try session.rows("SHOW GLOBAL VARIABLES WHERE Variable_name IN (\(list))") {
            if let name = row[0] { result[name.lowercased()] = row[1] }
        }
        return result
    }
}
