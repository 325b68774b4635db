import FoundationEssentials
import SupervisorConfig
import SyncModel
import Testing

@Suite struct TaskFileTests {
    @Test func leftOutFieldsHaveTheDefaultsOfTheContract() throws {
        let file = try TaskFile(ConfigTexts.source(ConfigTexts.smallest))
        let expected = TaskSpec(
            name: "t",
            source: Endpoint(host: "a", user: "u"),
            target: Endpoint(host: "b", user: "u"),
            objects: [ObjectSelection(database: "shop")]
        )
        #expect(file.spec == expected)
        #expect(file.secrets == Secrets(source: "p", target: "p"))
        #expect(file.spec.source.port == 3306 && file.spec.retryMinutes == 60 && file.spec.initialization.count == 2)
    }

    @Test func everyFieldIsRead() throws {
        let text = """
            name: orders-a-to-b
            source:
              host: 10.0.0.5
              port: 3307
              user: dts
              password: 0123
              type: tdsql-c-mysql
              region: eu-west
              provider: aws
              access: vpc
              tls: {mode: verify-ca, ca: ca.pem, cert: /c.pem, key: /k.pem, cleartext_plugin: true, get_server_public_key: true}
              positioning: gtid
            target: {socket: run/my.sock, user: dts, password: ""}
            run: {at: 2026-12-01T02:00:00Z}
            initialization: []
            if_target_exists: ignore
            conflict: {newest: updated_at}
            sql: [insert, {ddl: [create-table, truncate]}]
            objects:
              - database: crm
                as: crm_west
                tables:
                  - customers
                  - {name: orders, as: orders_west, where: "id > 100", columns: [id, {name: total, as: amount}], rename: {id: ident}}
                  - {name: items, rename: {No: number}}
                views: [open_orders]
                routines: true
            limits: {rows_per_second: 1000, load_threads: 2, apply_threads: 3}
            retry_minutes: 0
            billing: monthly-subscription
            owner: {email: ops@example.com}
            """
        let file = try TaskFile(ConfigTexts.source(text, folder: "/etc/dts"))
        let tables = [
            TableSelection(name: "customers"),
            TableSelection(name: "orders", mappedTo: "orders_west", filter: "id > 100", columns: ["id", "total"], rename: ["id": "ident", "total": "amount"]),
            TableSelection(name: "items", rename: ["No": "number"]),
        ]
        let expected = TaskSpec(
            name: "orders-a-to-b",
            source: Endpoint(
                host: "10.0.0.5",
                port: 3307,
                user: "dts",
                type: .tdsqlCMySQL,
                region: "eu-west",
                provider: .aws,
                access: .vpc,
                tls: TLSSettings(
                    mode: .verifyCA, ca: "/etc/dts/ca.pem", cert: "/c.pem", key: "/k.pem", cleartextPlugin: true, getServerPublicKey: true),
                positioning: .gtid
            ),
            target: Endpoint(socket: "/etc/dts/run/my.sock", user: "dts"),
            runAt: "2026-12-01T02:00:00Z",
            initialization: [],
            ifTargetExists: .ignore,
            conflict: .newest(column: "updated_at"),
            sql: SQLSelection(insert: true, update: false, delete: false, ddl: .kinds(["create-table", "truncate"])),
            objects: [ObjectSelection(database: "crm", mappedTo: "crm_west", tables: tables, views: ["open_orders"], routines: .all)],
            limits: Limits(rowsPerSecond: 1000, loadThreads: 2, applyThreads: 3),
            retryMinutes: 0,
            billing: .monthlySubscription,
            ownerEmail: "ops@example.com"
        )
        #expect(file.spec == expected)
        #expect(file.secrets == Secrets(source: "0123", target: ""))
    }

    @Test(arguments: [
        ("report", ConflictPolicy.report), ("ignore", .ignore), ("overwrite", .overwrite),
        ("{newest: commit-time}", .newestCommitTime), ("{newest: changed}", .newest(column: "changed")),
    ])
    func conflictForms(_ form: String, _ policy: ConflictPolicy) throws {
        let file = try TaskFile(ConfigTexts.source(ConfigTexts.smallest + "\nconflict: \(form)"))
        #expect(file.spec.conflict == policy)
    }

    @Test func allDDLIsAWordOfItsOwn() throws {
        let file = try TaskFile(ConfigTexts.source(ConfigTexts.smallest + "\nsql: [insert, update, delete, ddl]"))
        #expect(file.spec.sql == SQLSelection(ddl: .all))
    }

    @Test func theFirstOfSeveralHostsIsTheHost() throws {
        let text = ConfigTexts.smallest.replacing("host: a", with: "hosts: ['a:3307', b, '[::1]:3308', '[::2]']")
        let source = try TaskFile(ConfigTexts.source(text)).spec.source
        #expect(source.host == "a")
        #expect(source.port == 3307)
        #expect(source.hosts == ["b:3306", "[::1]:3308", "[::2]:3306"])
    }

    @Test func passwordsComeFromEnvironmentAndFile() throws {
        let folder = try TemporaryFolder()
        try folder.write("secret\r\n", to: "password")
        let text = """
            source: {host: a, user: u, password_env: SECRET}
            target: {host: b, user: u, password_file: password}
            objects: [{database: shop}]
            """
        let file = try TaskFile(ConfigTexts.source(text, environment: ["SECRET": " s p "], folder: folder.path))
        #expect(file.secrets == Secrets(source: " s p ", target: "secret"))
    }

    @Test func emptyPasswordFileIsAProblem() throws {
        let folder = try TemporaryFolder()
        try folder.write("\n", to: "password")
        let text = ConfigTexts.smallest.replacing(
            "host: a, user: u, password: p",
            with: "host: a, user: u, password_file: password"
        )
        let error = #expect(throws: InvalidFile.self) { try TaskFile(ConfigTexts.source(text, folder: folder.path)) }
        #expect(error?.problems.map(\.field) == ["source.password_file"])
    }

    @Test func aTaskWithoutNameGetsOneOfItsOwn() throws {
        let text = ConfigTexts.smallest.replacing("name: t\n", with: "").replacing("shop", with: "größe shop")
        let names = try (0..<20).map { _ in try TaskFile(ConfigTexts.source(text)).spec.name }
        #expect(Set(names).count == 20)
        #expect(names.allSatisfy { Naming.isValid($0) && $0.hasPrefix("gr----e-shop-a-") }, "\(names)")
    }

    @Test func configuringKeepsTheName() throws {
        let nameless = ConfigTexts.smallest.replacing("name: t\n", with: "")
        #expect(try TaskFile(ConfigTexts.source(nameless), configuring: "old").spec.name == "old")
        #expect(try TaskFile(ConfigTexts.source(ConfigTexts.smallest), configuring: "t").spec.name == "t")
        let error = #expect(throws: InvalidFile.self) {
            try TaskFile(ConfigTexts.source(ConfigTexts.smallest), configuring: "old")
        }
        #expect(error?.description == "t.yml:1:7: name: found 't'; allowed: 'old', since a task keeps its name")
    }

    @Test func problemsBecomeOneFailure() {
        let error = #expect(throws: InvalidFile.self) { try TaskFile(ConfigTexts.source("nam: t")) }
        #expect(error?.failure.code == .invalidFile)
        #expect(error?.failure.message.hasPrefix("4 problems\nt.yml:1:1: nam: unknown field") == true)
    }

    @Test func aFileThatCannotBeReadIsAFailure() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: Failure.self) {
            try SourceText(path: "\(folder.path)/none.yml", environment: [:])
        }
        #expect(missing?.message == "cannot read '\(folder.path)/none.yml': No such file or directory")
        try folder.write([0x66, 0xFF], to: "latin.yml")
        let latin = #expect(throws: Failure.self) { try SourceText(path: "\(folder.path)/latin.yml", environment: [:]) }
        #expect(latin?.message == "cannot read '\(folder.path)/latin.yml': not UTF-8")
    }

    @Test func linesMayEndInCarriageReturns() {
        let text = "name: t\r\nsource: {host: a, user: u, password: p, user: v}\r\nname: u\r\n"
        let error = #expect(throws: InvalidFile.self) { try TaskFile(ConfigTexts.source(text)) }
        #expect(
            error?.problems.map { "\($0.line):\($0.column) \($0.field)" } == [
                "1:1 target", "1:1 objects", "2:41 source.user", "3:1 name",
            ]
        )
    }

    /// What is cut off or damaged must be an error, never a trap.
    @Test func anyTextIsReadOrRefused() {
        let seed = UInt64.random(in: 0...(.max))
        var random = SeededGenerator(seed: seed)
        let good = Array(
            (ConfigTexts.smallest + "\nsql: [insert, {ddl: [truncate]}]\n---\n&a *a ? !!x | >").unicodeScalars
        )
        let odd = Array("{}[]:,-?&*!|>'\"%@`#~\n\t\r \u{0}\u{85}\u{FEFF}\u{E000}<=.0é".unicodeScalars)
        var texts = good.indices.map { Array(good[..<$0]) } + odd.map { [$0] }
        texts.append(Array(repeating: "[", count: 100_000))
        for _ in 0..<2000 {
            var text = Array(good.prefix(Int.random(in: 0...good.count, using: &random)))
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: 0...text.count, using: &random)
                text.insert(odd[Int.random(in: odd.indices, using: &random)], at: at)
            }
            texts.append(text)
        }
        for scalars in texts {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            do {
                _ = try TaskFile(ConfigTexts.source(String(view)))
            } catch let error {
                #expect(!error.problems.isEmpty, "seed \(seed)")
            }
        }
    }

    @Test func aByteOrderMarkMovesNothing() throws {
        let folder = try TemporaryFolder()
        try folder.write("\u{FEFF}nam: t", to: "t.yml")
        let source = try SourceText(path: "\(folder.path)/t.yml", environment: [:])
        let error = #expect(throws: InvalidFile.self) { try TaskFile(source) }
        #expect(error?.problems.contains { $0.line == 1 && $0.column == 1 && $0.field == "nam" } == true)
    }
}
