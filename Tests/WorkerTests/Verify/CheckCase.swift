import Glibc
import SyncModel
import SyncMySQL
import TestSupport
import Testing
import WorkerVerify

/// One way in which an item of the verification is not as it should be, and how it is mended.
struct CheckCase: Sendable {
    typealias Step = @Sendable (CheckBench) throws -> Void

    let item: String
    /// What the item says once it is broken.
    let level: CheckItem.Level
    var code: FailureCode?
    /// A word of the facts.
    var named = ""
    /// A word of the remedy.
    var advised = ""
    var kinds: [ServerKind] = [.mysql, .mariadb]
    /// What the item says of a server without fault.
    var healthy = CheckItem.Level.pass
    var before: Step = { _ in }
    var breaks: Step = { _ in }
    /// nil: the printed SQL has to do it.
    var mends: Step?

    /// Nothing in the tests' servers can break it, or only elsewhere.
    static func healthy(_ item: String, _ level: CheckItem.Level, _ kinds: [ServerKind] = [.mysql, .mariadb]) -> CheckCase {
        CheckCase(item: item, level: level, kinds: kinds, healthy: level)
    }

    func run(on bench: CheckBench) throws {
        let place = Comment(rawValue: "\(item) on \(bench.kind)")
        try bench.reset()
        try before(bench)
        let first = try bench.verify(item)
        #expect(first.level == healthy, "\(place): \(first.facts)")
        if level == healthy { return }
        try breaks(bench)
        var broken = try bench.verify(item)
        for _ in 0..<20 where broken.level != level {
            // Servers make their list of transactions anew only when nobody has asked for it for a tenth of a second.
            usleep(150_000)
            broken = try bench.verify(item)
        }
        #expect(broken.level == level, "\(place): \(broken.facts)")
        #expect(broken.code == code, "\(place)")
        #expect(!broken.remedy.isEmpty, "\(place)")
        #expect(broken.facts.contains(named), "\(place): \(broken.facts)")
        #expect(broken.remedy.contains(advised), "\(place): \(broken.remedy)")
        #expect(broken.skippable == !broken.risk.isEmpty, "\(place)")
        #expect(level == .fail || !broken.skippable, "\(place)")
        if let mends {
            try mends(bench)
        } else {
            #expect(!broken.statements.isEmpty, "\(place): \(broken.remedy)")
        }
        // Some remedies show what is missing behind them, and a session that is killed takes a moment to go.
        var last = broken
        for _ in 0..<20 {
            if mends == nil { try execute(last, bench) }
            last = try bench.verify(item)
            if last.level == healthy { break }
            usleep(150_000)
        }
        #expect(last.level == healthy, "\(place): \(last.facts)")
    }

    /// As it is printed: each line on the server that its comment names.
    private func execute(_ found: CheckItem, _ bench: CheckBench) throws {
        var executed = 0
        for line in found.remedy.split(separator: "\n") {
            let side: CheckItem.Server = line.contains(" -- on the source") ? .source : .target
            for statement in line.split(separator: "; ") {
                do {
                    try bench.session(side).execute(String(statement))
                } catch {
                    // No such connection: it has gone by itself.
                    guard error.code.rawValue == 1094 else { throw error }
                }
                executed += 1
            }
        }
        #expect(executed == found.statements.count, "\(item): \(found.remedy)")
    }
}
