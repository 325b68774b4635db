import TestSupport
import WorkloadKit

/// Settings of the session that executes one statement, which decide what its text means or does.
struct GeneratedSession: Sendable {
    var settings: [String] = []
    /// Double quotes are for names.
    var isANSI = false
    var hasBackslashes = true
    /// The client's character set is latin1, and the statement is sent so.
    var isLatin1 = false
    /// The first TIMESTAMP of a table gets defaults of its own.
    var hasOldTimestamps = false

    static func any(_ options: GeneratedOptions, _ random: inout SeededRandom) -> GeneratedSession {
        var session = GeneratedSession()
        switch random.number(0...19) {
        case 0...2:
            session.isANSI = true
            session.settings = ["SET sql_mode = 'ANSI_QUOTES,STRICT_TRANS_TABLES'"]
        case 3:
            session.hasBackslashes = false
            session.settings = ["SET sql_mode = 'NO_BACKSLASH_ESCAPES,STRICT_TRANS_TABLES'"]
        case 4:
            session.isANSI = true
            session.hasBackslashes = false
            session.settings = ["SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'"]
        case 5:
            session.settings = ["SET sql_mode = ''"]
        case 6:
            session.hasOldTimestamps = true
            session.settings = ["SET explicit_defaults_for_timestamp = 0"]
        case 7:
            session.settings = ["SET default_storage_engine = MyISAM"]
        case 8:
            session.isLatin1 = options.makes(.latin1Names)
            session.settings = ["SET NAMES latin1"]
        case 9:
            session.settings = [
                options.kind == .mysql
                    ? "SET default_collation_for_utf8mb4 = utf8mb4_general_ci" : "SET collation_connection = utf8mb4_bin"
            ]
        case 10:
            session.settings = ["SET collation_server = latin1_swedish_ci", "SET time_zone = '+05:30'"]
        case 11 where options.kind == .mysql && options.makes(.generatedKeys):
            session.settings = ["SET sql_generate_invisible_primary_key = 1"]
        default: break
        }
        return session
    }

    /// A text as a literal of this session.
    func literal(_ text: String) -> String {
        "'" + (hasBackslashes ? text.replacing("\\", with: "\\\\") : text).replacing("'", with: "''") + "'"
    }
}
