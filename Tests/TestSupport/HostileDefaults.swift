package import SyncMySQL

/// Global variables that change what a statement means, or how long it may take, for whoever does not say otherwise; each
/// with a value that nobody expects.
package struct HostileDefault: Sendable, CustomStringConvertible {
    package var name: String
    /// As it is assigned.
    package var value: String
    /// Whether a session of ours says otherwise when it begins. What is left is for those who write, or changes nothing that
    /// a session's own statements mean.
    package var isPinned = true

    package var description: String { "\(name) = \(value)" }

    /// Of every server that knows them. Values that exclude one another are in the lists behind each other.
    package static let rounds: [[HostileDefault]] = [common + others, [
        .init(name: "sql_mode", value: "'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,IGNORE_SPACE,NO_UNSIGNED_SUBTRACTION,HIGH_NOT_PRECEDENCE'"),
        .init(name: "completion_type", value: "'RELEASE'"),
    ], [
        .init(name: "sql_mode", value: "'ORACLE'"), .init(name: "completion_type", value: "'CHAIN'"),
    ]]

    private static let common: [HostileDefault] = [
        .init(name: "autocommit", value: "0"),
        .init(name: "completion_type", value: "'CHAIN'"),
        .init(name: "sql_mode", value: "'ANSI,TRADITIONAL,NO_ZERO_DATE,PAD_CHAR_TO_FULL_LENGTH,REAL_AS_FLOAT,ONLY_FULL_GROUP_BY'"),
        .init(name: "time_zone", value: "'-11:30'"),
        .init(name: "unique_checks", value: "0"),
        .init(name: "foreign_key_checks", value: "0"),
        .init(name: "sql_auto_is_null", value: "1"),
        .init(name: "sql_quote_show_create", value: "0"),
        .init(name: "sql_safe_updates", value: "1"),
        .init(name: "sql_select_limit", value: "1"),
        .init(name: "sql_notes", value: "0"),
        .init(name: "max_join_size", value: "1", isPinned: false),
        // On MySQL it takes a privilege; warnings without their texts are errors to us.
        .init(name: "max_error_count", value: "0", isPinned: false),
        .init(name: "max_sort_length", value: "64"),
        .init(name: "div_precision_increment", value: "0"),
        .init(name: "default_week_format", value: "3"),
        .init(name: "group_concat_max_len", value: "4"),
        .init(name: "lc_messages", value: "'de_DE'"),
        .init(name: "lc_time_names", value: "'de_DE'"),
        .init(name: "character_set_client", value: "'latin1'"),
        .init(name: "character_set_connection", value: "'latin1'"),
        .init(name: "character_set_results", value: "'latin1'"),
        .init(name: "collation_connection", value: "'latin1_bin'"),
        .init(name: "character_set_server", value: "'latin1'", isPinned: false),
        .init(name: "collation_server", value: "'latin1_bin'", isPinned: false),
        .init(name: "wait_timeout", value: "2"),
        .init(name: "net_read_timeout", value: "2"),
        .init(name: "default_storage_engine", value: "MyISAM", isPinned: false),
        .init(name: "default_tmp_storage_engine", value: "MyISAM", isPinned: false),
        .init(name: "auto_increment_increment", value: "7", isPinned: false),
        .init(name: "auto_increment_offset", value: "3", isPinned: false),
        .init(name: "innodb_lock_wait_timeout", value: "1", isPinned: false),
        .init(name: "big_tables", value: "1", isPinned: false),
        .init(name: "sql_buffer_result", value: "1", isPinned: false),
        .init(name: "low_priority_updates", value: "1", isPinned: false),
    ]

    private static let others: [HostileDefault] = [
        .init(name: "transaction_isolation", value: "'SERIALIZABLE'"),
        .init(name: "transaction_read_only", value: "1"),
        .init(name: "tx_isolation", value: "'SERIALIZABLE'"),
        .init(name: "tx_read_only", value: "1"),
        .init(name: "max_execution_time", value: "1"),
        .init(name: "max_statement_time", value: "0.05"),
        .init(name: "sql_generate_invisible_primary_key", value: "1", isPinned: false),
        .init(name: "sql_require_primary_key", value: "1", isPinned: false),
        .init(name: "show_gipk_in_create_table_and_information_schema", value: "0"),
        .init(name: "show_create_table_verbosity", value: "1"),
        .init(name: "show_create_table_skip_secondary_engine", value: "1"),
        .init(name: "enable_cascade_triggers", value: "1"),
        .init(name: "terminology_use_previous", value: "'BEFORE_8_0_26'"),
        .init(name: "old_mode", value: "''"),
        .init(name: "note_verbosity", value: "'basic,unusable_keys,explain'"),
        .init(name: "sql_if_exists", value: "1"),
        .init(name: "check_constraint_checks", value: "0"),
        .init(name: "system_versioning_asof", value: "'1990-01-01 00:00:00'"),
        .init(name: "idle_transaction_timeout", value: "1"),
        .init(name: "idle_readonly_transaction_timeout", value: "1"),
        .init(name: "idle_write_transaction_timeout", value: "1"),
    ]

    /// Sets those that the server knows.
    /// - Returns: statements that bring back what was there, and the names that were set.
    package static func set(_ all: [HostileDefault], _ session: Session) throws -> (names: [String], undo: [String]) {
        var (names, undo): ([String], [String]) = ([], [])
        for one in all {
            guard let old = try session.rows("SHOW GLOBAL VARIABLES LIKE '\(one.name)'").first?[1] else { continue }
            do {
                try session.execute("SET GLOBAL \(one.name) = \(one.value)")
            } catch {
                // This server has no such value.
                guard [1231, 1238].contains(error.code.rawValue) else { throw error }
                continue
            }
            names.append(one.name)
            let isWord = Double(old) == nil && !["ON", "OFF"].contains(old)
            let isDefault = one.name == "system_versioning_asof" || old.isEmpty && one.name.hasSuffix("engine")
            undo.append("SET GLOBAL \(one.name) = \(isDefault ? "DEFAULT" : isWord ? "'\(old)'" : old)")
        }
        return (names, undo.reversed())
    }
}
