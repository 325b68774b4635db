import FoundationEssentials
import SystemPackage
import TestSupport
import Testing

/// Where the remedy of each code is executed, or why no test can do that.
enum RemedyBook {
    enum Entry: Sendable {
        /// By a case of ``RemedyCase``.
        case table
        /// By the test of this name.
        case test(String)
        /// Nothing has to be done: it is tried again by itself, as the test of this name shows.
        case heals(String)
        /// Something outside of SQL and of the command line has to be done.
        case outside(String)
        /// No running task stops with it: a request, a start or a delivery is refused, and says what to change.
        case refusal
    }

    static let entries: [String: Entry] = [
        "access-denied": .table,
        "already-exists": .refusal,
        "apply-failed": .table,
        "binlog-corrupt": .outside("the source's files are damaged: a person looks at them"),
        "binlog-disabled": .outside("log_bin is set in my.cnf"),
        "binlog-format": .table,
        "binlog-purged": .table,
        "conflict-reported": .table,
        "connection-lost": .heals("connectionsKilled"),
        "daemon-not-reachable": .refusal,
        "ddl-double-feed": .refusal,
        "ddl-failed": .table,
        "ddl-ring": .refusal,
        "ddl-unsupported": .table,
        "delivery-refused": .refusal,
        "failover-refused": .outside("a server that is away is brought back"),
        "fenced": .test("ofTwoDaemonsOnCopiesOfOneFolderOneStopsUntilAPersonActs"),
        "file-requested": .outside("somebody answers in the server's place"),
        "host-unreachable": .outside("a host, a name or a firewall is mended; it is tried again by itself"),
        "internal-error": .outside("a mistake of ours is reported"),
        "invalid-file": .refusal,
        "invalid-request": .refusal,
        "isolated": .outside("the subscription is renewed in the daemon's file"),
        "key-missing": .refusal,
        "listen-failed": .refusal,
        "load-failed": .outside("whatever changes rows on the target while they are copied is found and ended"),
        "lock-timeout": .heals("itWaitsForLockedRows"),
        "metadata-missing": .table,
        "not-allowed": .refusal,
        "not-confirmed": .refusal,
        "not-found": .refusal,
        "privilege-missing": .table,
        "protocol-violation": .outside("another worker program is installed"),
        "record-unreadable": .test("anUnreadableRecordIsKeptShownAndGivenUpByTheUserOnly"),
        "replica-id-clash": .heals("replicaWithTheSameIdentityIsEvaded"),
        "request-too-large": .refusal,
        "route-ambiguous": .refusal,
        "route-not-ready": .outside("other tasks catch up; it is tried again by itself"),
        "row-too-large": .test("aRowThatIsTooLargeNamesWhatToRaise"),
        "schema-mismatch": .table,
        "server-changed": .outside("an address is corrected, or the servers are told apart"),
        "server-not-ready": .heals("aTargetThatIsReadOnlyForAWhileIsWaitedFor"),
        "source-behind": .outside("transactions that were lost are brought back to the source"),
        "statement-format": .table,
        "store-failed": .outside("the disk of the daemon is mended"),
        "target-behind": .outside("a replica is set up anew"),
        "target-exists": .refusal,
        "timed-out": .refusal,
        "tls-failed": .outside("certificates are given to a server"),
        "too-many-attempts": .refusal,
        "type-unsupported": .refusal,
        "unauthorized": .refusal,
        "unknown-database": .refusal,
        "unknown-event": .outside("the source's log cannot be read by this version"),
        "unknown-table": .table,
        "unsupported": .table,
        "value-invalid": .outside("somebody answers in the server's place"),
        "verification-failed": .refusal,
        "worker-crashed": .outside("it is started again by itself"),
        "worker-incompatible": .outside("another worker program is installed"),
        "worker-not-found": .outside("the worker program is put in its place"),
        "worker-unresponsive": .outside("it is started again by itself"),
        "wrong-usage": .refusal,
    ]

    /// Words of all codes that the programs have.
    static func codes() throws -> Set<String> {
        var words: Set<String> = []
        for text in try texts(under: "Sources") {
            for match in text.matches(of: #/static let \w+ = FailureCode\("([a-z-]+)"\)/#) { words.insert(String(match.output.1)) }
        }
        return words
    }

    /// Names of all tests on real servers.
    static func tests() throws -> Set<String> {
        var names: Set<String> = []
        for text in try texts(under: "Tests/IntegrationTests") {
            for match in text.matches(of: #/func (\w+)\(/#) { names.insert(String(match.output.1)) }
        }
        return names
    }

    private static func texts(under folder: String) throws -> [String] {
        let root = Repository.root.appending(folder).string
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".swift") }.map { textOfFile("\(root)/\($0)") }
    }
}

/// A new code has to say what becomes of its remedy.
@Suite struct RemedyBookTests {
    @Test func everyCodeHasItsEntry() throws {
        let (codes, tests) = (try RemedyBook.codes(), try RemedyBook.tests())
        #expect(codes.count > 50)
        #expect(codes.subtracting(RemedyBook.entries.keys).sorted() == [], "codes without an entry")
        #expect(Set(RemedyBook.entries.keys).subtracting(codes).sorted() == [], "entries without a code")
        var inTable: Set<String> = []
        for (code, entry) in RemedyBook.entries {
            switch entry {
            case .table: inTable.insert(code)
            case .test(let name), .heals(let name): #expect(tests.contains(name), "\(code): there is no test \(name)")
            case .outside(let reason): #expect(!reason.isEmpty)
            case .refusal: break
            }
        }
        #expect(inTable == Set((RemedyCase.mended + RemedyCase.begunAnew).map(\.code)))
    }
}
