import SyncMySQL
import SystemPackage
import TestSupport
import WorkloadKit

/// A way for a task to stop, and what its remedy says, done to the letter.
struct RemedyCase: Sendable {
    let code: String
    let name: String
    /// Tables and rows that the task begins with.
    var tables: [String] = []
    /// Parts of the remedy. What they say is what `obey` does, and all of it.
    let says: [String]
    let fails: @Sendable (RemedyStage) async throws -> Void
    let obey: @Sendable (RemedyStage, TaskReport.Failure) async throws -> Void
}

/// A task that is brought to a stop and goes on.
struct RemedyStage: Sendable {
    static let tables = ["CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(20))", "INSERT INTO t VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three')"]

    let one: Followed
    /// As whom the task logs in to the target.
    let account: Account
    private let scope: Scope

    init(_ kind: ServerKind, _ cases: [RemedyCase], settings: String = "", in scope: Scope) async throws {
        self.scope = scope
        account = try await Account.make(on: [TestServer.shared(kind, .b)], in: scope)
        one = try await Followed(kind, tables: Self.tables + cases.flatMap(\.tables), settings: settings, account: account, in: scope)
    }

    var task: String { one.task.name }

    func run(_ arguments: String...) async throws { _ = try await one.supervisor.command(arguments).succeeded() }

    func retry() async throws { try await run("task", "retry", task) }

    /// Runs the command of the task that the remedy names.
    func runQuoted(_ verb: String, _ failure: TaskReport.Failure) async throws {
        guard failure.remedy.contains("'task \(verb)'") else { throw Trouble("the remedy does not name 'task \(verb)': \(failure.remedy)") }
        try await run("task", verb, task)
    }

    /// While the task is paused, so that a worker that comes next finds it so.
    func whilePaused(_ body: () async throws -> Void) async throws {
        try await run("task", "pause", task)
        try await body()
        try await run("task", "resume", task)
    }

    /// The task's file with another password.
    func file(password: String) throws -> String {
        let text = textOfFile(scope.folder.appending("\(task).yml").string)
        return try scope.file("corrected.yml", text.replacing("password: \(account.password)", with: "password: \(password)"))
    }

    /// Deletes the task, drops its tables on the target, and creates it anew.
    func startOver() async throws {
        try await run("task", "delete", task, "--yes")
        try await one.target.withSession { [database = one.database] session in
            try session.execute("USE `\(database)`")
            for row in try session.rows("SHOW TABLES") { try session.execute("DROP TABLE `\(row[0] ?? "")`") }
        }
        let text = textOfFile(scope.folder.appending("\(task).yml").string)
        try await run("task", "create", "-f", try scope.file("anew.yml", text + "\ninitialization: [structure, data]\n"))
        try await one.task.start()
    }

    /// Brings the task to a stop, does what its remedy says, and sees it go on with nothing lost.
    func go(through this: RemedyCase) async throws {
        try await this.fails(self)
        let failure = try await eventually(within: .seconds(60), "the task stops") {
            let report = try await one.supervisor.task(task)
            return ["failed", "paused"].contains(report.state) ? report.error : nil
        }
        guard failure.code == this.code else { throw Trouble("it stopped with \(failure), not with \(this.code)") }
        for part in this.says where !failure.remedy.contains(part) { throw Trouble("the remedy does not say '\(part)': \(failure.remedy)") }
        try await this.obey(self, failure)
        try await one.requireEqual()
        guard try await one.supervisor.task(task).error == nil else { throw Trouble("it still has an error") }
    }
}

extension TaskReport.Failure {
    /// What a server says that somebody may not do.
    var missingPrivilege: String? { message.firstMatch(of: #/([A-Z]+)(?:, [A-Z]+)* command denied/#).map { String($0.output.1) } }
}
