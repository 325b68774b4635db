import SupervisorConfig
import SyncModel
import Testing

@Suite struct TaskExportTests {
    private static let variables = [
        TaskExport.sourcePasswordVariable: "one", TaskExport.targetPasswordVariable: "two",
    ]

    @Test func theExportedFileIsShort() {
        let spec = TaskSpec(
            name: "t",
            source: Endpoint(host: "10.0.0.5", user: "dts"),
            target: Endpoint(socket: "/run/my.sock", user: "root"),
            objects: [
                ObjectSelection(database: "shop"),
                ObjectSelection(database: "crm", tables: [TableSelection(name: "null")]),
            ]
        )
        #expect(
            TaskExport.yaml(spec) == """
                name: t
                source:
                  host: "10.0.0.5"
                  port: 3306
                  user: dts
                  # Passwords are not exported: set this variable, or use password_file.
                  password_env: DTS_SOURCE_PASSWORD
                  type: mysql
                  provider: others
                  access: public
                  tls:
                    mode: preferred
                  positioning: auto
                target:
                  socket: "/run/my.sock"
                  user: root
                  # Passwords are not exported: set this variable, or use password_file.
                  password_env: DTS_TARGET_PASSWORD
                  type: mysql
                  provider: others
                  access: public
                  tls:
                    mode: preferred
                  positioning: auto
                run: immediate
                initialization: [structure, data]
                if_target_exists: error
                conflict: report
                sql: [insert, update, delete]
                objects:
                  - database: shop
                  - database: crm
                    tables:
                      - name: "null"
                limits:
                  rows_per_second: 0
                  load_threads: 4
                  apply_threads: 4
                retry_minutes: 60
                billing: pay-as-you-go
                specification: standard

                """
        )
    }

    @Test(arguments: specs)
    func whatIsExportedReadsBackTheSame(_ spec: TaskSpec) throws {
        let source = ConfigTexts.source(TaskExport.yaml(spec), environment: Self.variables)
        let file = try TaskFile(source)
        #expect(file.spec == spec)
        #expect(file.secrets == Secrets(source: "one", target: "two"))
    }

    private static let specs: [TaskSpec] = {
        let plain = TaskSpec(
            name: "t",
            source: Endpoint(host: "a", user: "u"),
            target: Endpoint(host: "b", user: "u"),
            objects: [ObjectSelection(database: "shop")]
        )
        var full = plain
        full.source = Endpoint(
            host: "::1",
            port: 1,
            hosts: ["b:3306", "[::2]:9"],
            user: "o'neil",
            region: "eu west: 1",
            provider: .alibabaCloud,
            access: .selfBuildOnCVM,
            tls: TLSSettings(mode: .verifyIdentity, ca: "/a b", cert: "/c", key: "/k", cleartextPlugin: true, getServerPublicKey: true),
            positioning: .gtid
        )
        full.runAt = "2026-12-01T02:00:00Z"
        full.initialization = [.data]
        full.conflict = .newest(column: "größe")
        full.sql = SQLSelection(insert: true, update: false, delete: true, ddl: .kinds(["truncate", "create-table"]))
        full.ownerEmail = "ops@example.com"
        full.limits = Limits(rowsPerSecond: 7, loadThreads: 2, applyThreads: 3)
        full.retryMinutes = 5
        full.billing = .monthlySubscription
        full.specification = .small
        full.target.type = .tdsqlCMySQL
        let odd = [
            " ", "a\tb\nc", "\"quoted\\\"", "# no comment", "yes", "~x", "12", "😀\u{85}\u{2028}", "- a", "é", "{a: b}",
        ]
        full.objects = [
            ObjectSelection(
                database: "d b",
                mappedTo: "*x",
                tables: odd.map {
                    TableSelection(
                        name: $0, mappedTo: "&y", filter: "a = 'b: c' AND `\"` > '# \\\\'", columns: [$0, "z"],
                        rename: [$0: "x: #", "z": "~"])
                },
                views: odd,
                routines: .named(odd)
            ),
            ObjectSelection(database: "e", tables: [], views: ["v"], routines: .all),
        ]
        var newest = plain
        newest.conflict = .newestCommitTime
        newest.sql.ddl = .all
        newest.initialization = []
        newest.ifTargetExists = .ignore
        return [plain, full, newest]
    }()
}
