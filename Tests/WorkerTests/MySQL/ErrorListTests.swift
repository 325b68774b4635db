import FoundationEssentials
import SyncModel
import SyncMySQL
import TestSupport
import Testing

/// Every number that a server or a client library can answer with has been judged by a person, in the lists of `Errors`.
@Suite("Lists of errors") struct ErrorListTests {
    enum List: String, CaseIterable, Sendable {
        case mysql, mariadb, client

        /// Whose numbers these are; the client library's come from either.
        var flavours: [Bool] {
            switch self {
            case .mysql: [false]
            case .mariadb: [true]
            case .client: [false, true]
            }
        }
    }

    private struct Judged {
        var number: UInt32
        /// nil: the message decides.
        var standing: MySQLError.Standing?
        var symbol: String
    }

    private static func read(_ list: List) throws -> [UInt32: Judged] {
        let path = "\(Repository.root)/Tests/WorkerTests/MySQL/Errors/\(list.rawValue).txt"
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        var judged: [UInt32: Judged] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 3, let number = UInt32(words[0]), judged[number] == nil else { throw Trouble("\(list): \(line)") }
            let standings: [String: MySQLError.Standing?] = [
                "lasting": .lasting, "passing": .passing, "contended": .contended, "connection-lost": .connectionLost,
                "by-text": MySQLError.Standing?.none,
            ]
            guard let standing = standings[words[1]] else { throw Trouble("\(list): \(line)") }
            judged[number] = Judged(number: number, standing: standing, symbol: words[2])
        }
        return judged
    }

    private static func standing(_ number: UInt32, _ isMariaDB: Bool?, _ message: String = "") -> MySQLError.Standing {
        MySQLError(code: .init(rawValue: number), message: message, isMariaDB: isMariaDB).standing
    }

    @Test(arguments: List.allCases)
    func eachNumberStandsAsItWasJudged(_ list: List) throws {
        let judged = try Self.read(list)
        #expect(judged.count > 90)
        for one in judged.values.sorted(by: { $0.number < $1.number }) {
            for isMariaDB in list.flavours {
                let standing = Self.standing(one.number, isMariaDB)
                #expect(standing == one.standing ?? .lasting, "\(one.number) \(one.symbol)")
            }
        }
    }

    /// What nobody has judged stops the task, with the server's own words.
    @Test(arguments: [nil, false, true] as [Bool?])
    func aNumberThatNobodyHasJudgedIsLasting(isMariaDB: Bool?) throws {
        var known = Set(try Self.read(.client).keys)
        if isMariaDB != true { known.formUnion(try Self.read(.mysql).keys) }
        if isMariaDB != false { known.formUnion(try Self.read(.mariadb).keys) }
        for number in UInt32(0)...70_000 where !known.contains(number) {
            if Self.standing(number, isMariaDB) != .lasting { Issue.record("\(number) heals, and is in no list") }
        }
        let failure = MySQLError(code: .init(rawValue: 6999), message: "Something new", isMariaDB: isMariaDB)
            .failure(role: "target", address: "db:3306", doing: "writing")
        #expect(failure.kind == .needsOperator && failure.code == .applyFailed)
        #expect(failure.message.contains("Something new (6999)") && failure.remedy.contains("retry the task"), "\(failure)")
    }

    /// A disk that is full may have room again; a file that may not be read stays one.
    @Test(arguments: List.allCases)
    func numbersOfTheSystemDecide(_ list: List) throws {
        let decidedOtherwise: Set<UInt32> = [1047, 1290, 1598]
        for one in try Self.read(list).values where one.standing == nil && !decidedOtherwise.contains(one.number) {
            for text in [
                "Error writing file './t' (errno: 28 - No space left on device)", "Error writing file '/tmp/x' (OS errno 28 - No space left on device)",
                "Error writing file '/tmp/x' (Errcode: 28 \"No space left on device\")", "Got error 28 from storage engine",
                "IO Write error: (24, Too many open files) x",
            ] {
                #expect(list.flavours.allSatisfy { Self.standing(one.number, $0, text) == .passing }, "\(one.number) \(text)")
            }
            for text in ["Can't read file './t' (errno: 13 - Permission denied)", "Got error 168 from storage engine", "Error writing file"] {
                #expect(list.flavours.allSatisfy { Self.standing(one.number, $0, text) == .lasting }, "\(one.number) \(text)")
            }
        }
    }

    /// A newer server has more of them: what they say of going on has to be decided, and noted in the list.
    @Test func whatMySQLHasIsJudged() async throws {
        try await Scope.with { scope in
            let server = try await TestSupport.TestServer.start(.mysql, ["--performance-schema-error-size=20000"], in: scope)
            let rows = try await WorkerThread.run("test-session") {
                try server.session().rows(
                    // From 10000 to 49999 are the messages of the server's own log.
                    """
                    SELECT error_number, error_name FROM performance_schema.events_errors_summary_global_by_error
                    WHERE error_number NOT BETWEEN 10000 AND 49999
                    """)
            }
            #expect(rows.count > 1000)
            let judged = try Self.read(.mysql)
            let news = rows.filter { row in row[0].flatMap { UInt32($0) }.map { judged[$0] == nil } ?? true }
            #expect(news.isEmpty, "not in Errors/mysql.txt: \(news.map { "\($0[0] ?? "") \($0[1] ?? "")" })")
        }
    }

    /// MariaDB has no table of them; its file of messages says in its head how many there are from each thousand on.
    @Test(arguments: [ServerKind.mariadb, .mariadb11])
    func whatMariaDBHasIsJudged(_ kind: ServerKind) throws {
        let cache = ProcessInfo.processInfo.environment["DTS_CACHE"] ?? "/var/cache/dts"
        let root = kind == .mariadb11 ? "\(cache)/mariadb11-trixie" : ""
        let files = ["mariadb", "mysql"].map { "\(root)/usr/share/\($0)/english/errmsg.sys" }
        let file = try #require(files.first(where: FileManager.default.fileExists), "none of \(files) is there")
        let numbers = try Self.numbers(inHead: try Data(contentsOf: URL(filePath: file)).prefix(64).map { $0 })
        #expect(numbers.count > 1000)
        let judged = try Self.read(.mariadb)
        let news = numbers.filter { judged[$0] == nil }
        #expect(news.isEmpty, "not in Errors/mariadb.txt: \(news)")
    }

    /// - Parameter bytes: of the form that `sql/derror.cc` reads: after 32 bytes, of which the last count is that of the
    ///   sections, the number of messages of each section. They begin at 1000, 2000, …
    private static func numbers(inHead bytes: [UInt8]) throws -> [UInt32] {
        func number(_ place: Int) -> Int { Int(bytes[place]) | Int(bytes[place + 1]) << 8 }
        guard bytes.count == 64, bytes.starts(with: [254, 254, 2]), number(14) <= 16 else { throw Trouble("errmsg.sys has another form: \(bytes)") }
        var numbers: [UInt32] = []
        for section in 0..<number(14) {
            let count = number(32 + 2 * section)
            numbers += (0..<count).map { UInt32(1000 * (section + 1) + $0) }
        }
        return numbers
    }
}
