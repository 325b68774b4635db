import TestSupport
import WorkloadKit

/// Settings of the session that executes one statement, which decide what its text means or does.
struct GeneratedSession: Sendable {
    /// How the statement comes to the server. In the log all are the same.
    enum Way: Sendable { case plain, prepared, procedure }

    var settings: [String] = []
    /// Double quotes are for names.
    var isANSI = false
    var hasBackslashes = true
    /// What the client writes in, where that is not UTF-8.
    var characterSet: String?
    /// The first TIMESTAMP of a table gets defaults of its own.
    var hasOldTimestamps = false
    /// The storage engine of tables that name none.
    var hasOtherEngine = false
    var way = Way.plain

    static func any(_ options: GeneratedOptions, _ random: inout SeededRandom) -> GeneratedSession {
        var session = GeneratedSession()
        switch random.number(0...29) {
        case 0...5: session.takeMode(options, &random)
        case 6:
            session.hasOldTimestamps = true
            session.settings = ["SET explicit_defaults_for_timestamp = 0"]
        case 7:
            session.hasOtherEngine = true
            session.settings = ["SET default_storage_engine = MyISAM"]
        case 8, 9: if options.makes(.latin1Names) { session.takeCharacterSet(options, &random) }
        case 10:
            session.settings = [
                options.kind == .mysql
                    ? "SET default_collation_for_utf8mb4 = utf8mb4_general_ci" : "SET collation_connection = utf8mb4_bin"
            ]
        case 11: session.settings = ["SET collation_server = latin1_swedish_ci", "SET time_zone = '+05:30'"]
        case 12 where options.kind == .mysql && options.makes(.generatedKeys):
            session.settings = ["SET sql_generate_invisible_primary_key = 1"]
        case 13...16:
            let all = options.kind == .mysql ? Self.variables + Self.variablesOfMySQL : Self.variables + Self.variablesOfMariaDB
            session.settings = (0..<random.number(1...3)).map { _ in "SET " + random.pick(all) }
        default: break
        }
        if session.characterSet == nil {
            switch random.number(0...29) {
            case 0, 1: session.way = .prepared
            case 2: session.way = .procedure
            default: break
            }
        }
        return session
    }

    private mutating func takeMode(_ options: GeneratedOptions, _ random: inout SeededRandom) {
        var modes: [String] = []
        if random.chance(50) {
            isANSI = true
            modes.append(random.chance(80) ? "ANSI_QUOTES" : "ANSI")
        }
        if random.chance(35) {
            hasBackslashes = false
            modes.append("NO_BACKSLASH_ESCAPES")
        }
        if random.chance(70) { modes.append(random.pick(["STRICT_TRANS_TABLES", "STRICT_ALL_TABLES", "TRADITIONAL"])) }
        let others =
            Self.modes
            + (options.kind == .mysql ? ["TIME_TRUNCATE_FRACTIONAL"] : ["TIME_ROUND_FRACTIONAL", "NO_TABLE_OPTIONS", "EMPTY_STRING_IS_NULL"])
        for _ in 0..<random.number(0...2) { modes.append(random.pick(others)) }
        settings = ["SET sql_mode = '\(modes.joined(separator: ","))'"]
    }

    private static let modes = [
        "PIPES_AS_CONCAT", "IGNORE_SPACE", "HIGH_NOT_PRECEDENCE", "NO_ZERO_DATE", "NO_ZERO_IN_DATE", "ALLOW_INVALID_DATES", "REAL_AS_FLOAT",
        "NO_UNSIGNED_SUBTRACTION", "PAD_CHAR_TO_FULL_LENGTH", "NO_AUTO_VALUE_ON_ZERO", "NO_ENGINE_SUBSTITUTION", "ERROR_FOR_DIVISION_BY_ZERO",
        "NO_DIR_IN_CREATE", "ONLY_FULL_GROUP_BY",
    ]

    private static let variables = [
        "foreign_key_checks = 0", "unique_checks = 0", "innodb_strict_mode = 0", "timestamp = 1234567890.25",
        "autocommit = 0", "div_precision_increment = 9", "sql_safe_updates = 1", "lc_time_names = 'de_DE'", "collation_connection = utf8mb4_bin",
        "character_set_results = latin1", "character_set_results = NULL", "time_zone = 'SYSTEM'", "default_week_format = 3",
        "auto_increment_increment = 3", "max_sort_length = 8", "transaction_isolation = 'SERIALIZABLE'", "insert_id = 17", "sql_notes = 0",
        "sql_auto_is_null = 1", "group_concat_max_len = 8", "explicit_defaults_for_timestamp = 1", "collation_connection = latin1_bin",
        "@one = 1", "lock_wait_timeout = 20",
    ]
    private static let variablesOfMySQL = [
        "sql_require_primary_key = 1", "default_table_encryption = 0", "default_tmp_storage_engine = MyISAM", "binlog_rows_query_log_events = 1",
        "show_gipk_in_create_table_and_information_schema = 0", "default_collation_for_utf8mb4 = utf8mb4_general_ci",
        "sql_generate_invisible_primary_key = 1", "information_schema_stats_expiry = 0", "collation_database = latin1_bin",
        "binlog_row_value_options = 'PARTIAL_JSON'", "restrict_fk_on_non_standard_key = 0", "innodb_ddl_threads = 1",
        "explain_format = 'TREE'", "windowing_use_high_precision = 0", "big_tables = 1",
    ]
    private static let variablesOfMariaDB = [
        "sql_if_exists = 1", "old_mode = ''", "old_mode = 'UTF8_IS_UTF8MB3,NO_PROGRESS_INFO'", "alter_algorithm = 'COPY'", "alter_algorithm = 'INPLACE'",
        "check_constraint_checks = 0", "binlog_annotate_row_events = 0", "system_versioning_alter_history = KEEP",
        "gtid_domain_id = 0", "skip_replication = 0", "default_regex_flags = 'DOTALL'", "storage_engine = InnoDB", "collation_database = latin1_bin",
        "column_compression_threshold = 10", "binlog_alter_two_phase = 1", "optimizer_use_condition_selectivity = 1", "use_stat_tables = 'NEVER'",
        "big_tables = 1", "server_id = 77",
    ]

    /// Of one byte for a letter, and some of several that have the letters of ASCII as they are.
    static let singleByteSets = ["latin1", "latin1", "latin2", "latin5", "latin7", "cp1250", "cp1251", "cp1256", "cp1257", "cp850", "cp852",
        "cp866", "koi8r", "koi8u", "greek", "hebrew", "macce", "macroman", "dec8", "hp8", "keybcs2",
    ]
    private static let otherSets = ["utf8mb3", "utf8", "big5", "gbk", "sjis", "cp932", "euckr", "gb2312", "ujis", "eucjpms", "ascii", "binary"]

    private mutating func takeCharacterSet(_ options: GeneratedOptions, _ random: inout SeededRandom) {
        let others = Self.otherSets + (options.kind == .mysql ? ["gb18030"] : [])
        let name = random.chance(60) ? random.pick(Self.singleByteSets) : random.pick(others)
        characterSet = name
        settings = [random.chance(70) ? "SET NAMES \(name)" : "SET CHARACTER SET \(name)"]
    }

    /// A text as a literal of this session.
    func literal(_ text: String) -> String {
        "'" + (hasBackslashes ? text.replacing("\\", with: "\\\\") : text).replacing("'", with: "''") + "'"
    }
}
