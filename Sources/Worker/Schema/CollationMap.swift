package import SyncMySQL

/// Which collation of one server stands for one of another.
///
/// MySQL and MariaDB share most collations by name. Where they do not, the nearest one is taken that makes the same
/// strings equal, pads in the same way and tells the same accents and cases apart:
///
/// | MySQL | MariaDB |
/// |---|---|
/// | `utf8mb4_0900_ai_ci`, `…_as_ci`, `…_as_cs` | `utf8mb4_uca1400_nopad_ai_ci`, `…`; before 10.10 for `ai_ci` `utf8mb4_unicode_520_nopad_ci` |
/// | `utf8mb4_LL_0900_…` of a language | `utf8mb4_uca1400_LANGUAGE_nopad_…` |
/// | `utf8mb4_0900_bin` | `utf8mb4_nopad_bin` |
/// | `utf8mb4_unicode_520_ci` | `utf8mb4_uca1400_ai_ci` (only towards MySQL) |
///
/// Characters that Unicode got after version 9 may be ordered and matched otherwise by such a pair; verification says so.
package struct CollationMap: Sendable {
    private let known: Set<String>

    package init(target session: Session) throws(MySQLError) {
        var names = Set(
            try session.rows("SELECT COLLATION_NAME FROM information_schema.COLLATIONS").compactMap { $0[0] }
        )
        let hasFullNames = try session.value(
            """
            SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'information_schema'
                AND TABLE_NAME = 'COLLATION_CHARACTER_SET_APPLICABILITY' AND COLUMN_NAME = 'FULL_COLLATION_NAME'
            """
        )
        if hasFullNames != nil {
            // MariaDB lists Unicode collations without their character set elsewhere.
            names.formUnion(
                try session.rows(
                    "SELECT FULL_COLLATION_NAME FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
                ).compactMap { $0[0] }
            )
        }
        known = names
    }

    package init(known: Set<String>) { self.known = known }

    /// The target's collation for one of the source; nil when it has none that is near enough.
    package func target(of collation: String) -> String? {
        candidates(for: collation).first { known.contains($0) }
    }

    /// Whether the target has this very collation.
    package func isExact(_ collation: String) -> Bool {
        known.contains(collation) || Self.renamed(collation).map(known.contains) == true
    }

    private func candidates(for collation: String) -> [String] {
        var result = [collation]
        if let other = Self.renamed(collation) { result.append(other) }
        if let other = Self.towardsMariaDB(collation) { result += other }
        if let other = Self.towardsMySQL(collation) { result += other }
        return result
    }

    /// The three-byte UTF-8 has two names.
    private static func renamed(_ collation: String) -> String? {
        if collation.hasPrefix("utf8mb3_") { return "utf8_" + collation.dropFirst(8) }
        if collation.hasPrefix("utf8_") { return "utf8mb3_" + collation.dropFirst(5) }
        return nil
    }

    private static let languages = [
        "cs": "czech", "da": "danish", "eo": "esperanto", "es": "spanish", "es_trad": "spanish2", "et": "estonian",
        "hr": "croatian", "hu": "hungarian", "is": "icelandic", "la": "roman", "lt": "lithuanian", "lv": "latvian",
        "pl": "polish", "ro": "romanian", "sk": "slovak", "sl": "slovenian", "sv": "swedish", "tr": "turkish",
        "vi": "vietnamese", "de_pb": "german2",
    ]

    private static func towardsMariaDB(_ collation: String) -> [String]? {
        guard collation.hasPrefix("utf8mb4_") else { return nil }
        let rest = collation.dropFirst(8)
        if rest == "0900_bin" { return ["utf8mb4_nopad_bin"] }
        guard let place = rest.firstRange(of: "0900_") else { return nil }
        let strength = rest[place.upperBound...]
        guard ["ai_ci", "as_ci", "as_cs"].contains(strength) else { return nil }
        if place.lowerBound == rest.startIndex {
            let older = strength == "ai_ci" ? ["utf8mb4_unicode_520_nopad_ci"] : []
            return ["utf8mb4_uca1400_nopad_\(strength)"] + older
        }
        let code = String(rest[..<place.lowerBound].dropLast())
        return languages[code].map { ["utf8mb4_uca1400_\($0)_nopad_\(strength)"] }
    }

    private static func towardsMySQL(_ collation: String) -> [String]? {
        if collation == "utf8mb4_nopad_bin" { return ["utf8mb4_0900_bin"] }
        if collation == "utf8mb4_unicode_520_nopad_ci" { return ["utf8mb4_0900_ai_ci"] }
        guard let place = collation.firstRange(of: "_uca1400_") else { return nil }
        let characterSet = collation[..<place.lowerBound]
        var rest = collation[place.upperBound...]
        if rest == "ai_ci" { return ["\(characterSet)_unicode_520_ci"] }
        guard characterSet == "utf8mb4", rest.count > 5 else { return nil }
        let strength = rest.suffix(5)
        guard ["ai_ci", "as_ci", "as_cs"].contains(strength) else { return nil }
        rest = rest.dropLast(5)
        if rest == "nopad_" { return ["utf8mb4_0900_\(strength)"] }
        guard rest.hasSuffix("_nopad_") else { return nil }
        let language = rest.dropLast(7)
        return languages.filter { $0.value == language }.map { "utf8mb4_\($0.key)_0900_\(strength)" }
    }
}
