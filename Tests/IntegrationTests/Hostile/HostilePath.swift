import FoundationEssentials
import SyncModel
import TestSupport
import Testing

/// One way from a hostile server into the statements of a task, and what has to come of it.
///
/// In all texts `DB` stands for the task's database and `CANARY` for a table that the task has nothing to do with.
struct HostilePath: Sendable, CustomTestStringConvertible {
    enum Role: String, Sendable { case source, target }

    enum Change: Sendable {
        /// A value of the rows that answer statements which hold all of these texts.
        case value(_ statement: [String], column: Int, String)
        /// The statement of a query event.
        case statement(String, instead: String)
        case event(@Sendable (HostileEvent) -> HostileEvent)
        /// Rows that answer such statements have no more than so many columns.
        case cut(_ statement: [String], columns: Int)
    }

    enum Ending: Sendable {
        case fails(FailureCode)
        /// All is on the target, where this query gives these values.
        case carried(_ query: String, [String])
        /// The task had no use for what it was told: the target has all that the source has.
        case equal
        /// What the source's log had is no longer in it, and no error.
        case passedOver
        indirect case byKind(mysql: Ending, mariadb: Ending)

        func on(_ kind: ServerKind) -> Ending {
            if case .byKind(let mysql, let mariadb) = self { kind == .mysql ? mysql : mariadb } else { self }
        }
    }

    /// Breaks out of all kinds of quotes, of those whose quotes are doubled and of those that escape by a backslash, and means
    /// something wherever it stands without quotes.
    static let polyglot = #"1 canary'canary"canary`canary*/canary)canary\'canary\"canary\`canary"#

    /// One of each kind of column; the order is that of ``column(_:)``.
    static let table = [
        """
        CREATE TABLE t (id INT PRIMARY KEY, n DECIMAL(10,2), d DOUBLE, b BIT(8), e ENUM('x', 'y'), s SET('x', 'y'), y YEAR, w VARCHAR(200), \
        x BLOB, at DATETIME(3), g GEOMETRY, UNIQUE (w))
        """,
        "INSERT INTO t VALUES (1, 1.5, 2.5, 3, 'x', 'x,y', 2001, 'one', x'27', '2024-01-02 03:04:05.678', ST_GeomFromText('POINT(1 2)'))",
    ]

    static func column(_ name: String) -> Int { ["id", "n", "d", "b", "e", "s", "y", "w", "x", "at", "g"].firstIndex(of: name) ?? 0 }

    /// The statement that copies the table.
    static let copy = ["SELECT `id`, `n`", "FROM `DB`.`t`", "ORDER BY"]

    var name: String
    var role: Role
    var kinds: [ServerKind] = ServerKind.allCases
    /// Whether the source's log names columns and members.
    var namesColumns = false
    var tables: [String] = table
    var ddl = false
    var routines = false
    var conflict = ConflictPolicy.report
    /// Whether the server turns hostile only for a second run of the task.
    var isLater = false
    /// On the target, before the second run; `DB` is the task's identifier, too.
    var kept: [String] = []
    /// On the target, then on the source, once the task streams.
    var targetChanges: [String] = []
    var changes: [String] = []
    var change: Change
    /// Whether what the server behind the relay says goes through as it is: hostile enough by itself.
    var changesNothing = false
    var ending: Ending

    var testDescription: String { "\(role.rawValue): \(name)" }
}

extension HostilePath {
    /// What the paths go through. They share what a task leaves on its servers.
    enum Part: String, Sendable, CaseIterable, CustomTestStringConvertible {
        case copiedRows, logOfTheSource, statementsOfTheSource, answersOfTheSource, definitionsOfTheSource
        case rowsOfTheTarget, notesOnTheTarget, answersOfTheTarget

        var testDescription: String { rawValue }

        var paths: [HostilePath] {
            switch self {
            case .copiedRows: HostilePath.copied
            case .logOfTheSource: HostilePath.logged
            case .statementsOfTheSource: HostilePath.said
            case .answersOfTheSource: HostilePath.answers
            case .definitionsOfTheSource: HostilePath.definitions
            case .rowsOfTheTarget: HostilePath.rows
            case .notesOnTheTarget: HostilePath.notes
            case .answersOfTheTarget: HostilePath.words
            }
        }
    }

    /// In a short run each kind goes a quarter of the paths, which one the seed decides. `DTS_TEST_PATH=text` leaves all others out
    /// while one works on something.
    static func wanted(_ part: Part, _ kind: ServerKind) -> [HostilePath] {
        let name = ProcessInfo.processInfo.environment["DTS_TEST_PATH"]
        return part.paths.enumerated().filter { number, path in
            guard path.kinds.contains(kind) else { return false }
            if let name { return path.testDescription.contains(name) }
            return Integration.isLong || (number + Int(Integration.seed % 4)) % 4 == (kind == .mysql ? 0 : 2)
        }.map(\.element)
    }
}
