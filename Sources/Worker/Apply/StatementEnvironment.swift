import SyncModel
import SyncMySQL
import WorkerBinlog
import WorkerDDL
import WorkerSchema
import WorkerSource

/// The session settings under which a definition statement means on the target what it meant on the source.
///
/// The log gives with a statement what its author's session had, as far as it decides what the statement does. What is not
/// among it and still decides is given here.
struct StatementEnvironment {
    private let change: DefinitionChange
    private let source: ServerProfile
    private let target: ServerProfile
    private let zone: String?

    /// - Parameter zone: that of the author's session in words that mean the same on the target; nil: the statement does not depend on it.
    init(_ change: DefinitionChange, source: ServerProfile, target: ServerProfile, zone: String?) {
        self.change = change
        self.zone = zone
        self.source = source
        self.target = target
    }

    private var isSameKind: Bool { source.isMariaDB == target.isMariaDB }

    /// Modes that change how a statement is read, and that all servers have: PIPES_AS_CONCAT, ANSI_QUOTES, IGNORE_SPACE,
    /// NO_BACKSLASH_ESCAPES.
    private static let commonModes: UInt64 = 1 << 1 | 1 << 2 | 1 << 3 | 1 << 20

    /// Modes of MySQL 5.7 that later ones refuse, and that decide nothing of what a definition becomes: those named after databases,
    /// NO_KEY_OPTIONS and its like, NO_AUTO_CREATE_USER.
    private var lostModes: UInt64 { !target.isMariaDB && target.isAtLeast(8, 0) ? 0x1003_FF00 : 0 }

    func apply(to session: Session) throws(MySQLError) {
        let wanted = special
        let names = wanted.map { "'\($0.name)'" }.joined(separator: ", ")
        let found = try session.rows("SHOW SESSION VARIABLES WHERE Variable_name IN (\(names))")
        for setting in wanted {
            guard let row = found.first(where: { $0.first??.lowercased() == setting.name }), let shown = row.last ?? nil,
                setting.differs(from: shown)
            else { continue }
            try set(setting, session)
        }
        try setCollationChoices(session)
        let characterSet = try characterSet(session)
        // Last: under a mode or a character set of the statement, what stands above may be read otherwise.
        for assignment in general + [characterSet] { try session.execute("SET SESSION \(assignment)") }
    }

    /// Which collation the name of a character set stands for (MariaDB from 11.2 on).
    private func setCollationChoices(_ session: Session) throws(MySQLError) {
        guard let choices = change.session.characterSetCollations, target.isMariaDB,
            try session.value("SHOW SESSION VARIABLES LIKE 'character_set_collations'") != nil
        else { return }
        let ids = choices.flatMap { [$0.characterSet, $0.collation] }
        var names: [UInt16: (collation: String, characterSet: String)] = [:]
        if !ids.isEmpty {
            for row in try session.rows(
                """
                SELECT ID, FULL_COLLATION_NAME, CHARACTER_SET_NAME FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY
                WHERE ID IN (\(ids.map(String.init).joined(separator: ", ")))
                """)
            {
                if let id = row[0].flatMap({ UInt16($0) }), let name = row[1], let set = row[2] { names[id] = (name, set) }
            }
        }
        let list = choices.compactMap { choice in
            names[choice.characterSet].flatMap { set in names[choice.collation].map { "\(set.characterSet)=\($0.collation)" } }
        }
        try session.execute("SET SESSION character_set_collations = \(quoteText(list.joined(separator: ",")))")
    }

    /// Some need a privilege of their own, and older servers have some for all sessions together.
    private func set(_ setting: Setting, _ session: Session) throws(MySQLError) {
        do {
            try session.execute("SET SESSION \(setting.name) = \(setting.value)")
        } catch {
            if error.isPassing || !setting.mayStay(change.statement) { throw error }
        }
    }

    // MARK: Settings that all servers have

    private var general: [String] {
        let session = change.session
        // Rows that are there get CURRENT_TIMESTAMP of the source for a column that is added.
        var result = ["timestamp = \(change.time.literal(digits: 6))"]
        if let mode = session.sqlMode { result.append("sql_mode = \(isSameKind ? mode & ~lostModes : mode & Self.commonModes)") }
        if let zone { result.append("time_zone = \(quoteText(zone))") }
        // The source has checked them; here the order of tables may be another.
        result.append("foreign_key_checks = 0")
        // Rows and position have to commit together.
        result.append("default_storage_engine = InnoDB")
        return result
    }

    private func characterSet(_ session: Session) throws(MySQLError) -> String {
        guard let set = change.session.characterSet, isSameKind else {
            return "character_set_client = utf8mb4, collation_connection = utf8mb4_general_ci"
        }
        let client = try clientCharacterSet(set.client, session)
        return "character_set_client = \(client), collation_connection = \(set.connection), collation_server = \(set.server)"
    }

    /// A session may begin with any collation of its character set, and MariaDB logs that one's number; set afterwards, it takes none but
    /// that of the default collation.
    private func clientCharacterSet(_ collation: UInt16, _ session: Session) throws(MySQLError) -> String {
        guard target.isMariaDB else { return "\(collation)" }
        // Collations of several character sets have their numbers there only.
        let table = target.isAtLeast(10, 10, 1) ? "COLLATION_CHARACTER_SET_APPLICABILITY" : "COLLATIONS"
        let name = try session.value("SELECT CHARACTER_SET_NAME FROM information_schema.\(table) WHERE ID = \(collation)")
        return name.flatMap { CharacterSetName.isName($0) ? $0 : nil } ?? "\(collation)"
    }

    // MARK: Settings that some servers have

    private struct Setting {
        var name: String
        var value: String
        /// As servers show it, in upper case.
        var shown: Set<String>
        /// Words without which a statement does not depend on it; nil: they all may.
        var words: Set<String>?

        func differs(from found: String) -> Bool { !shown.contains(found.uppercased()) }

        /// Whether the statement is the same under another value.
        func mayStay(_ statement: MappedStatement) -> Bool { words.map { !statement.mentions(anyOf: $0) } ?? false }

        static func flag(_ name: String, _ isOn: Bool, words: Set<String>?) -> Setting {
            Setting(name: name, value: isOn ? "1" : "0", shown: isOn ? ["ON", "1"] : ["OFF", "0"], words: words)
        }
    }

    private var special: [Setting] {
        let session = change.session
        var result: [Setting] = [
            // What the source has made with a warning is made here, too.
            .flag("innodb_strict_mode", false, words: []),
            .flag("restrict_fk_on_non_standard_key", false, words: []),
            Setting(name: "enforce_storage_engine", value: "NULL", shown: [""], words: []),
        ]
        let explicit = session.explicitDefaultsForTimestamp ?? explicitDefaultsOfMariaDB
        if let explicit { result.append(.flag("explicit_defaults_for_timestamp", explicit, words: ["TIMESTAMP"])) }
        // Before there was a choice, it was the older one.
        let older: UInt16? = !source.isMariaDB && !source.isAtLeast(8, 0) ? 45 : nil
        if isSameKind, let collation = session.defaultCollationForUTF8MB4 ?? older {
            let name = collation == 45 ? "utf8mb4_general_ci" : "utf8mb4_0900_ai_ci"
            result.append(
                Setting(name: "default_collation_for_utf8mb4", value: name, shown: [name.uppercased()], words: ["UTF8MB4"]))
        }
        if isSameKind, let isEncrypted = session.defaultTableEncryption {
            result.append(.flag("default_table_encryption", isEncrypted, words: isEncrypted ? nil : []))
        }
        if source.isMariaDB, target.isMariaDB {
            result.append(.flag("sql_if_exists", session.ifExistsOption, words: nil))
            result += meaningOfUTF8
        }
        return result
    }

    /// MariaDB from 10.6 on: the name `utf8` means one of two character sets by `old_mode`, which the log does not tell. Before, it meant
    /// the one with three bytes.
    private var meaningOfUTF8: [Setting] {
        guard target.isAtLeast(10, 6) else { return [] }
        let meansThreeBytes = !source.isAtLeast(10, 6) || source.oldMode?.contains("UTF8_IS_UTF8MB3") ?? true
        let mode = meansThreeBytes ? "UTF8_IS_UTF8MB3" : ""
        return [Setting(name: "old_mode", value: quoteText(mode), shown: [mode], words: ["UTF8"])]
    }

    private var explicitDefaultsOfMariaDB: Bool? {
        guard source.isMariaDB else { return nil }
        // Where the log does not tell, it is one for all sessions.
        return source.logsExplicitDefaults ? change.session.explicitDefaultsOption : source.explicitDefaultsForTimestamp
    }
}
