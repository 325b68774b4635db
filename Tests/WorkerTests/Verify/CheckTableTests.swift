import SyncModel
import SyncMySQL
import TestSupport
import Testing
import WorkerVerify
import WorkloadKit

/// Every item of the verification, on real servers: it passes, is broken, says so, and passes again when what it prints is done.
@Suite(.serialized) struct CheckTableTests {
    private static let cases = CheckCase.servers + CheckCase.rights + CheckCase.logs + CheckCase.objects + CheckCase.selection

    /// Items that only servers with other options can break.
    private struct Restarted: Sendable {
        var item: String
        var side: CheckItem.Server
        var options: [String]
        var level = CheckItem.Level.fail
        var code: FailureCode?
        var kinds: [ServerKind] = [.mysql, .mariadb]
        var before: CheckCase.Step = { _ in }
    }

    private static let restarted = [
        Restarted(item: "source-binlog", side: .source, options: ["--skip-log-bin"], code: .binlogDisabled),
        Restarted(item: "binlog-filters", side: .source, options: ["--binlog-do-db=other"], code: .binlogFormat),
        Restarted(item: "binlog-filters", side: .source, options: ["--binlog-ignore-db=d"], code: .binlogFormat),
        Restarted(
            item: "log-replica-updates", side: .source, options: ["--log-replica-updates=OFF"], code: .binlogFormat, kinds: [.mysql],
            before: { try $0.run(.source, "CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'nowhere'", undo: ["RESET REPLICA ALL"]) }),
        Restarted(
            item: "log-replica-updates", side: .source, options: ["--log-slave-updates=OFF"], code: .binlogFormat, kinds: [.mariadb],
            before: { try $0.run(.source, "CHANGE MASTER TO MASTER_HOST = 'nowhere'", undo: ["RESET SLAVE ALL"]) }),
        Restarted(item: "target-binlog", side: .target, options: ["--skip-log-bin"], code: .binlogDisabled, before: { $0.makePair() }),
        Restarted(item: "source-version", side: .source, options: ["--version=10.2.44-MariaDB"], code: .unsupported, kinds: [.mariadb]),
        Restarted(item: "target-version", side: .target, options: ["--version=10.2.44-MariaDB"], code: .unsupported, kinds: [.mariadb]),
        Restarted(item: "version-order", side: .target, options: ["--version=10.6.1-MariaDB"], level: .alarm, kinds: [.mariadb]),
    ]

    /// An item that is added without a case that breaks it fails.
    @Test func everyItemHasACase() {
        let broken = (Self.cases + CheckCase.acrossWithPlugins).filter { $0.level != $0.healthy }
        let known = Set(broken.map(\.item) + Self.restarted.map(\.item) + ["lower-case-table-names"])
        #expect(Set(Verifier.items).subtracting(known) == [])
        #expect(known.subtracting(Verifier.items) == [])
        #expect(Verifier.connectionItems.isSubset(of: Verifier.items))
        #expect(Set(Verifier.items).count == Verifier.items.count)
    }

    @Test(arguments: [ServerKind.mysql, .mariadb])
    func brokenAndMended(_ kind: ServerKind) async throws {
        try await Scope.with { scope in
            let source = try await TestSupport.TestServer.start(kind, in: scope)
            let target = try await TestSupport.TestServer.start(kind, in: scope)
            try await blocking {
                let bench = try CheckBench(kind, source.address, target.address)
                for one in Self.cases where one.kinds.contains(kind) {
                    do {
                        try one.run(on: bench)
                    } catch {
                        Issue.record(error, "\(one.item) on \(kind)")
                    }
                }
            }
        }
    }

    @Test func brokenAndMendedAcrossKindsWithPlugins() async throws {
        try await Scope.with { scope in
            let source = try await TestSupport.TestServer.start(.mysql, in: scope)
            let folder = try await Command.run(Repository.script("servers"), ["plugins", "mariadb"]).succeeded().output.prefix { $0 != "\n" }
            let target = try await TestSupport.TestServer.start(
                .mariadb, ["--plugin-dir=\(folder)", "--plugin-load-add=disks", "--plugin-load-add=ha_rocksdb", "--plugin-maturity=unknown"], in: scope)
            try await blocking {
                let bench = try CheckBench(.mysql, source.address, target.address)
                for one in CheckCase.acrossWithPlugins { try one.run(on: bench) }
            }
        }
    }

    @Test(arguments: [ServerKind.mysql, .mariadb])
    func restartedWithOtherOptions(_ kind: ServerKind) async throws {
        try await Scope.with { scope in
            let source = try await TestSupport.TestServer.start(kind, in: scope)
            let target = try await TestSupport.TestServer.start(kind, in: scope)
            for one in Self.restarted where one.kinds.contains(kind) {
                let server = one.side == .source ? source : target
                func look() async throws -> CheckItem {
                    try await blocking {
                        let bench = try CheckBench(kind, source.address, target.address)
                        try one.before(bench)
                        let found = try bench.verify(one.item)
                        try bench.reset()
                        return found
                    }
                }
                #expect(try await look().level == .pass, "\(one.item) on \(kind)")
                try await server.restart(one.options)
                let found = try await look()
                #expect(found.level == one.level && found.code == one.code, "\(one.item) on \(kind): \(found.facts)")
                #expect(!found.remedy.isEmpty)
                try await server.restart(["--"])
            }
            let other = try await TestSupport.TestServer.start(kind, ["--lower-case-table-names=1"], in: scope)
            try await blocking {
                #expect(try CheckBench(kind, source.address, target.address).verify("lower-case-table-names").level == .pass)
                let found = try CheckBench(kind, source.address, other.address).verify("lower-case-table-names")
                #expect(found.code == .verificationFailed)
            }
        }
    }
}
