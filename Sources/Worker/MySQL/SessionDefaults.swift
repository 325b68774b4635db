/// What every session of ours begins with, whatever an administrator, `init_connect` or somebody between has made the
/// server's defaults: a statement means the same on every server.
///
/// What a session is for comes on top of it (character sets, isolation, checks).
enum SessionDefaults {
    /// What every server since MySQL 5.7 and MariaDB 10.3 knows, and everybody may set.
    ///
    /// The form is one that every `sql_mode` reads alike.
    static let statements = [
        // First, because it holds for the others as well. What follows the mark is for MariaDB alone.
        "SET SESSION autocommit = 1 /*M! , max_statement_time = 0 */",
        "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE",
        "SET SESSION " + common.map { "\($0) = \($1)" }.joined(separator: ", "),
    ]

    private static let common: [(String, String)] = [
        ("completion_type", "0"),
        // ANSI_QUOTES, NO_BACKSLASH_ESCAPES, PIPES_AS_CONCAT, ORACLE and their like change how text is read.
        ("sql_mode", "'STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION'"),
        ("time_zone", "'+00:00'"),
        ("unique_checks", "1"),
        ("foreign_key_checks", "1"),
        ("sql_auto_is_null", "0"),
        ("sql_quote_show_create", "1"),
        ("div_precision_increment", "4"),
        ("default_week_format", "0"),
        ("group_concat_max_len", "1048576"),
        ("max_sort_length", "1024"),
        // Texts of messages are read for what they quote of rows.
        ("lc_messages", "'en_US'"),
        ("lc_time_names", "'en_US'"),
        ("sql_notes", "1"),
        // Ceilings that an administrator may have set for everybody. DEFAULT would be the global value.
        ("sql_select_limit", "18446744073709551615"),
        ("sql_big_selects", "1"),
        ("sql_safe_updates", "0"),
        ("wait_timeout", "86400"),
        ("net_read_timeout", "600"),
    ]

    /// What only some servers know: name, value as it is set, and as the server shows it.
    private static let others: [(name: String, value: String, shown: Set<String>)] = [
        ("max_execution_time", "0", ["0"]),
        ("show_gipk_in_create_table_and_information_schema", "1", ["ON"]),
        ("show_create_table_verbosity", "0", ["OFF"]),
        ("show_create_table_skip_secondary_engine", "0", ["OFF"]),
        ("enable_cascade_triggers", "0", ["OFF"]),
        ("terminology_use_previous", "'NONE'", ["NONE"]),
        // MariaDB. A plain name of the character set `utf8` means the one with three bytes, as it always has.
        // Before 10.6 there was no word for it.
        ("old_mode", "CONCAT('' /*M!100600 , 'UTF8_IS_UTF8MB3' */)", ["UTF8_IS_UTF8MB3"]),
        ("note_verbosity", "'basic,explain'", ["BASIC", "BASIC,EXPLAIN", ""]),
        ("sql_if_exists", "0", ["OFF"]),
        ("check_constraint_checks", "1", ["ON"]),
        ("system_versioning_asof", "DEFAULT", ["DEFAULT", ""]),
        ("idle_transaction_timeout", "0", ["0"]),
        ("idle_readonly_transaction_timeout", "0", ["0"]),
        ("idle_write_transaction_timeout", "0", ["0"]),
    ]

    static let question =
        "SHOW SESSION VARIABLES WHERE Variable_name IN ('max_allowed_packet', " + others.map { "'\($0.name)'" }.joined(separator: ", ") + ")"

    /// A variable in the answer to ``question``; nil: the server does not know it.
    static func value(_ name: String, _ found: [TextRow]) -> String? {
        found.first { $0.count > 1 && $0[0]?.lowercased() == name }.map { $0[1] ?? "" }
    }

    /// The statement that sets what is otherwise here; nil: nothing is.
    ///
    /// - Parameter found: answer to ``question``.
    static func correction(_ found: [TextRow]) -> String? {
        let differing = others.filter { other in value(other.name, found).map { !other.shown.contains($0.uppercased()) } ?? false }
        return differing.isEmpty ? nil : "SET SESSION " + differing.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
    }
}
