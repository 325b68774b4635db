package import WorkerBinlog
package import WorkerSchema

/// A definition statement of the log as its servers read it.
///
/// Comments that a server executes by its version are made into text where source and target both do, and into blanks where
/// neither does; names and texts end where the session's `sql_mode` has them end. What its client wrote in another character
/// set becomes UTF-8, where each letter stands for itself. What cannot be read with certainty is in doubt, and not carried over.
///
/// Sources: `sql/sql_lex.cc` of MySQL and MariaDB ("special comment"), which count the version as major × 10000 + minor × 100 +
/// patch in five or six digits; MariaDB passes over those of MySQL 5.7 and later.
package struct StatementText: Sendable {
    package private(set) var bytes: [UInt8]
    package let dialect: SQLDialect
    package private(set) var kind: StatementKind
    /// Why it may mean something else to a server; nil: it does not.
    package private(set) var doubt: String?
    /// Letters beyond ASCII, also in names that are put in, are UTF-8.
    package private(set) var isUTF8: Bool
    /// What the statement's session had, its character set apart where the text is in another one now.
    package private(set) var session: QueryEvent.SessionVariables

    /// - Parameter kind: of the statement, as the log's reader has told it.
    package init(
        _ statement: UnsafeRawBufferPointer, _ kind: StatementKind, _ session: QueryEvent.SessionVariables, source: ServerProfile,
        target: ServerProfile
    ) {
        bytes = [UInt8](statement)
        var dialect = SQLDialect(sqlMode: session.sqlMode ?? 0)
        if source.foldsNames { dialect.insert(.foldsNames) }
        self.dialect = dialect
        self.kind = kind
        self.session = session
        isUTF8 = session.characterSet.map { ClientCharacterSet(collation: $0.client).isUTF8 } ?? true
        let before = bytes
        if let set = session.characterSet, !isUTF8 {
            read(ClientCharacterSet(collation: set.client), sourceIsMariaDB: source.isMariaDB, isSameKind: source.isMariaDB == target.isMariaDB)
        }
        resolveComments(source, target)
        if bytes != before || !dialect.isEmpty { self.kind = bytes.withUnsafeBytes { StatementKind($0, dialect) } }
    }

    // MARK: Character sets

    private mutating func read(_ client: ClientCharacterSet, sourceIsMariaDB: Bool, isSameKind: Bool) {
        if client.replacesPunctuation(in: bytes) {
            doubt = "\(client), which has letters in the place of quotes and brackets"
            return
        }
        guard bytes.contains(where: { $0 >= 0x80 }) else { return }
        if let letters = client.letters {
            do throws(UTF8Text.Obstacle) {
                if !UTF8Text.isMadeByServer(bytes) {
                    let start = sourceIsMariaDB ? 0 : UTF8Text.clientsPart(ofView: bytes, kind, dialect)
                    bytes = try UTF8Text.converted(bytes, from: start, letters, dialect)
                }
                isUTF8 = true
                if let set = session.characterSet {
                    session.characterSet = .init(client: ClientCharacterSet.utf8mb4, connection: set.connection, server: set.server)
                }
            } catch {
                doubt = "\(client), and \(error.reason)"
            }
            return
        }
        doubt = doubt(of: client, isSameKind: isSameKind)
        // It is not executed; what it did to columns is followed.
        if client.hidesPunctuation { client.mask(&bytes) }
    }

    private func doubt(of set: ClientCharacterSet, isSameKind: Bool) -> String? {
        if set.hidesPunctuation { return "\(set) whose letters can hold quotes and backslashes" }
        if !isSameKind { return "\(set), and the target is another kind of server" }
        let hasName = SQLToken.all(of: bytes, dialect).contains { token in
            token.kind != .string && bytes[token.range].contains { $0 >= 0x80 }
        }
        return hasName ? "\(set), with names beyond ASCII" : nil
    }

    // MARK: Comments

    private mutating func resolveComments(_ source: ServerProfile, _ target: ServerProfile) {
        var place = 0
        /// Executed comments that are open.
        var open = 0
        func byte(_ distance: Int) -> UInt8? { place + distance < bytes.count ? bytes[place + distance] : nil }
        while let first = byte(0) {
            switch (first, byte(1)) {
            case (UInt8(ascii: "'"), _), (UInt8(ascii: "\""), _), (UInt8(ascii: "`"), _):
                place = end(ofQuoteAt: place)
            case (UInt8(ascii: "#"), _): place = end(ofLineAt: place)
            case (UInt8(ascii: "-"), UInt8(ascii: "-")) where byte(2).map({ $0 <= 32 }) ?? true: place = end(ofLineAt: place)
            case (UInt8(ascii: "*"), UInt8(ascii: "/")) where open > 0:
                open -= 1
                blank(place..<place + 2)
                place += 2
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                guard let mark = VersionMark(bytes, at: place) else {
                    place = end(ofCommentAt: place) ?? bytes.count
                    continue
                }
                let isExecuted = (mark.isExecuted(by: source), mark.isExecuted(by: target))
                guard let whole = end(ofCommentAt: place) else {
                    doubt = doubt ?? "a comment in it does not end"
                    return
                }
                let inside = bytes[mark.end..<whole - 2]
                let isEmpty = inside.allSatisfy { $0 <= 32 }
                let isNested = inside.contains(UInt8(ascii: "*")) && zip(inside, inside.dropFirst()).contains { $0 == UInt8(ascii: "/") && $1 == UInt8(ascii: "*") }
                let isUnclear = mark.isUnclear(to: source) || mark.isUnclear(to: target)
                if isUnclear || isExecuted.0 != isExecuted.1, !isEmpty {
                    doubt = doubt ?? "a part of it stands in a comment that source and target do not execute alike, by their versions"
                } else if isNested || open > 0 {
                    doubt = doubt ?? "it has comments within executed comments"
                }
                if isExecuted.0, !isEmpty {
                    open += 1
                    blank(place..<mark.end)
                    place = mark.end
                } else {
                    blank(place..<whole)
                    place = whole
                }
            default: place += 1
            }
        }
    }

    private mutating func blank(_ range: Range<Int>) {
        for place in range { bytes[place] = UInt8(ascii: " ") }
    }

    private func end(ofQuoteAt start: Int) -> Int {
        let quote = bytes[start]
        var place = start + 1
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\\"), dialect.escapes(quote) {
                place += 2
            } else if bytes[place] == quote {
                guard place + 1 < bytes.count, bytes[place + 1] == quote else { return place + 1 }
                place += 2
            } else {
                place += 1
            }
        }
        return bytes.count
    }

    private func end(ofLineAt start: Int) -> Int { bytes[start...].firstIndex(of: 10) ?? bytes.count }

    /// Behind the `*/`; nil when there is none.
    private func end(ofCommentAt start: Int) -> Int? {
        var place = start + 2
        while place + 1 < bytes.count {
            if bytes[place] == UInt8(ascii: "*"), bytes[place + 1] == UInt8(ascii: "/") { return place + 2 }
            place += 1
        }
        return nil
    }
}

/// The beginning of a comment that servers of some versions execute.
private struct VersionMark {
    /// `/*M!`: only MariaDB.
    let isMariaDBs: Bool
    /// nil: every version.
    let version: Int?
    private let digits: Int
    /// Where its text begins.
    let end: Int

    /// nil for an ordinary comment.
    init?(_ bytes: [UInt8], at start: Int) {
        var place = start + 2
        isMariaDBs = place < bytes.count && bytes[place] == UInt8(ascii: "M")
        if isMariaDBs { place += 1 }
        guard place < bytes.count, bytes[place] == UInt8(ascii: "!") else { return nil }
        place += 1
        let digits = bytes[place...].prefix { $0 >= 48 && $0 <= 57 }
        end = place + digits.count
        version = digits.isEmpty ? nil : digits.prefix(6).reduce(0) { $0 * 10 + Int($1) - 48 }
        self.digits = digits.count
    }

    /// Digits that not every version of the server counts alike.
    func isUnclear(to server: ServerProfile) -> Bool {
        if isMariaDBs, !server.isMariaDB { return false }
        return digits != 0 && digits != 5 && !(digits == 6 && server.isMariaDB)
    }

    func isExecuted(by server: ServerProfile) -> Bool {
        if !server.isMariaDB, isMariaDBs { return false }
        guard let version else { return true }
        let number = server.number.prefix(3) + Array(repeating: 0, count: max(0, 3 - server.number.count))
        guard version <= number.reduce(0, { $0 * 100 + $1 }) else { return false }
        return !server.isMariaDB || isMariaDBs || version < 50_700 || version > 99_999
    }
}
