import SupervisorTasks
import SyncModel
import Testing

@Suite("Change of a specification")
struct SpecificationChangeTests {
    private static let old: TaskSpec = {
        var spec = FleetFixture.spec()
        spec.objects = [
            ObjectSelection(database: "shop"),
            ObjectSelection(
                database: "crm",
                mappedTo: "crm_west",
                tables: [TableSelection(name: "orders", mappedTo: "o", filter: "id > 1", columns: ["id"]), TableSelection(name: "plain")]
            ),
        ]
        return spec
    }()

    typealias Edit = @Sendable (inout TaskSpec) -> Void

    /// What has to stay, by the field that is named, and from which point on.
    private static let fixed: [(String, SpecificationChange.Stage, Edit)] = [
        ("source.type", .configured, { $0.source.type = .tdsqlCMySQL }),
        ("target.region", .configured, { $0.target.region = "eu" }),
        ("source.provider", .configured, { $0.source.provider = .aws }),
        ("target.access", .configured, { $0.target.access = .vpn }),
        ("initialization", .begun, { $0.initialization = [] }),
        ("if_target_exists", .begun, { $0.ifTargetExists = .ignore }),
        ("source.positioning", .begun, { $0.source.positioning = .file }),
        ("objects.shop.as", .begun, { $0.objects[0].mappedTo = "elsewhere" }),
        ("objects.shop.routines", .begun, { $0.objects[0].routines = .all }),
        ("objects.shop.t.where", .begun, { $0.objects[0].tables = [TableSelection(name: "t", filter: "id > 1")] }),
        ("objects.shop.t.columns", .begun, { $0.objects[0].tables = [TableSelection(name: "t", columns: ["id"])] }),
        ("objects.crm.orders.as", .begun, { $0.objects[1].tables?[0].mappedTo = nil }),
        ("objects.crm.orders.where", .begun, { $0.objects[1].tables?[0].filter = nil }),
        ("objects.shop.t.rename", .begun, { $0.objects[0].tables = [TableSelection(name: "t", rename: ["a": "b"])] }),
        ("objects.crm.orders.rename", .begun, { $0.objects[1].tables?[0].rename = ["id": "ident"] }),
        ("objects.crm.orders.columns", .begun, { $0.objects[1].tables = nil }),
    ]

    @Test("what has to stay is refused by its name, from its point on", arguments: fixed.indices)
    func refused(_ number: Int) throws {
        let (field, first, edit) = Self.fixed[number]
        var new = Self.old
        edit(&new)
        for stage in [SpecificationChange.Stage.created, .configured, .begun] {
            let change = SpecificationChange(from: Self.old, to: new, stage: stage)
            #expect(change.refusals.contains { $0.hasPrefix("\(field):") } == (stage >= first), "\(stage): \(change.refusals)")
            if stage >= first {
                let failure = #expect(throws: Failure.self) { try change.check("t") }
                #expect(failure?.code == .notAllowed && failure?.message.contains(field) == true)
            }
        }
    }

    private static let free: [Edit] = [
        { $0.source.host = "other" },
        { $0.target.user = "other" },
        { $0.conflict = .overwrite },
        { $0.sql.ddl = .all },
        { $0.limits.rowsPerSecond = 5 },
        { $0.specification = .micro },
        { $0.retryMinutes = 0 },
        { $0.billing = .monthlySubscription },
        { $0.ownerEmail = "a@b" },
        { $0.objects.remove(at: 0) },
        { $0.objects.append(ObjectSelection(database: "new", mappedTo: "x", routines: .all)) },
        { $0.objects[1].tables?.append(TableSelection(name: "more", mappedTo: "m", filter: "a", columns: ["b"])) },
        { $0.objects[1].tables?.remove(at: 0) },
        { $0.objects[0].tables = [TableSelection(name: "t")] },
    ]

    @Test("everything else may change, also of a task that has begun", arguments: free.indices)
    func allowed(_ number: Int) throws {
        var new = Self.old
        Self.free[number](&new)
        #expect(new != Self.old)
        try SpecificationChange(from: Self.old, to: new, stage: .begun).check("t")
    }

    @Test("a worker is replaced only for what it has to know, and looks at the servers first where objects or statements change")
    func effects() {
        func change(_ edit: Edit) -> SpecificationChange {
            var new = Self.old
            edit(&new)
            return SpecificationChange(from: Self.old, to: new, stage: .begun)
        }
        let limit = change { $0.limits.rowsPerSecond = 5 }
        #expect(!limit.affectsWorker && !limit.concernsWhatIsSynced && !limit.outdatesVerification)
        let policy = change { $0.conflict = .overwrite }
        #expect(policy.affectsWorker && !policy.concernsWhatIsSynced && policy.concernsOthers)
        #expect(!limit.concernsOthers && !change { $0.source.user = "other" }.concernsOthers)
        #expect(change { $0.target.hosts = ["other:3306"] }.concernsOthers)
        let objects = change { $0.objects.removeLast() }
        #expect(objects.affectsWorker && objects.concernsWhatIsSynced && objects.outdatesVerification)
        #expect(change { $0.sql.delete = false }.concernsWhatIsSynced)
    }
}
