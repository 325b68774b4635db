import WorkloadKit

/// Writes the pieces of a statement down, with letters of any case, blanks and comments between them.
enum GeneratedText {
    /// - Parameter pieces: keywords in capitals, which may be several; everything else as it has to stand.
    /// - Parameter mariaDB: whether the server reads `/*M! … */`.
    static func written(_ pieces: [String], mariaDB: Bool = false, _ random: inout SeededRandom) -> String {
        let isPlain = random.chance(50)
        var text = ""
        for word in pieces.flatMap(words) {
            let cased = isKeyword(word) && !isPlain ? cased(word, &random) : word
            if !text.isEmpty { text += isPlain ? " " : blank(&random) }
            let wraps = !isPlain && isKeyword(word) && !text.isEmpty && random.chance(3)
            let begin = mariaDB && random.chance(50) ? "/*M!100500" : "/*!50100"
            text += wraps ? "\(begin) \(cased) */" : cased
        }
        return text
    }

    private static func words(_ piece: String) -> [String] { isKeyword(piece) ? piece.split(separator: " ").map(String.init) : [piece] }

    private static func isKeyword(_ piece: String) -> Bool { piece.utf8.allSatisfy { $0 >= 65 && $0 <= 90 || $0 == 32 || $0 == 95 } }

    private static func cased(_ word: String, _ random: inout SeededRandom) -> String {
        switch random.number(0...3) {
        case 0: word
        case 1: word.lowercased()
        default: String(word.map { random.chance(50) ? Character($0.lowercased()) : $0 })
        }
    }

    private static func blank(_ random: inout SeededRandom) -> String {
        switch random.number(0...29) {
        case 0: "  "
        case 1: "\n"
        case 2: "\t"
        case 3: "/* it's; \"a\" `comment` */"
        case 4: " /*!99999 , DROP COLUMN nothing; */ "
        case 5: " -- it's one, ADD x INT\n"
        case 6: " # `one` more\n"
        case 7: " /*M!999999 ADD COLUMN 'x */ "
        case 8: "/**/"
        default: " "
        }
    }
}
