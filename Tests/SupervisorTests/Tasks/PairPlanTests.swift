import SupervisorTasks
import SyncModel
import SyncWire
import Testing

@Suite("Pair plan")
struct PairPlanTests {
    private func pair(_ prevails: PairSpec.Prevails = .none, ddl: PairSpec.DDLDirection = .none) -> PairSpec {
        PairSpec(
            name: "shop",
            a: Endpoint(host: "a", user: "dts"),
            b: Endpoint(host: "b", user: "dts"),
            objects: [ObjectSelection(database: "shop")],
            prevails: prevails,
            ddl: ddl
        )
    }

    /// Scenario, then initialization and `if_target_exists` of a-to-b, then initialization of b-to-a.
    typealias Settings = (
        scenario: PairSpec.Scenario, forward: Set<TaskSpec.Initialization>, ifExists: TaskSpec.IfTargetExists,
        backward: Set<TaskSpec.Initialization>
    )

    static let settings: [Settings] = [
        (.bEmpty, [.structure, .data], .error, []),
        (.bStructureOnly, [.data], .ignore, []),
        (.bothHaveData, [.data], .ignore, [.data]),
        (.auto, [.structure, .data], .error, []),
        (.inSync, [], .ignore, []),
    ]

    @Test("the settings of each scenario", arguments: settings)
    func scenarios(
        scenario: PairSpec.Scenario,
        forward: Set<TaskSpec.Initialization>,
        ifExists: TaskSpec.IfTargetExists,
        backward: Set<TaskSpec.Initialization>
    ) {
        let plan = PairPlan(pair(), scenario: scenario)
        #expect(plan.aToB.name == "shop-a-to-b")
        #expect(plan.bToA.name == "shop-b-to-a")
        #expect(plan.aToB.initialization == forward)
        #expect(plan.aToB.ifTargetExists == ifExists)
        #expect(plan.bToA.initialization == backward)
        #expect(plan.bToA.ifTargetExists == .ignore)
        #expect(plan.bToA.source == plan.aToB.target)
        #expect(plan.bToA.target == plan.aToB.source)
    }

    @Test(
        "who prevails decides both policies",
        arguments: [
            (PairSpec.Prevails.a, ConflictPolicy.overwrite, ConflictPolicy.ignore),
            (.b, .ignore, .overwrite),
            (.none, .report, .report),
            (.newest(column: "at"), .newest(column: "at"), .newest(column: "at")),
            (.newestCommitTime, .newestCommitTime, .newestCommitTime),
        ]
    )
    func policies(prevails: PairSpec.Prevails, forward: ConflictPolicy, backward: ConflictPolicy) {
        let plan = PairPlan(pair(prevails), scenario: .bEmpty)
        #expect(plan.aToB.conflict == forward)
        #expect(plan.bToA.conflict == backward)
    }

    @Test("DDL travels in one direction at most")
    func ddl() {
        let forward = PairPlan(pair(ddl: .aToB), scenario: .bEmpty)
        #expect(forward.aToB.sql.ddl == .all)
        #expect(forward.bToA.sql.ddl == .none)
        let backward = PairPlan(pair(ddl: .bToA), scenario: .bEmpty)
        #expect(backward.aToB.sql.ddl == .none)
        #expect(backward.bToA.sql.ddl == .all)
    }

    @Test("the objects of b-to-a are those of a-to-b seen from the other side")
    func reversal() {
        let objects = [
            ObjectSelection(
                database: "crm",
                mappedTo: "crm_west",
                tables: [
                    TableSelection(name: "customers"),
                    TableSelection(
                        name: "orders",
                        mappedTo: "orders_west",
                        filter: "id > 100",
                        columns: ["id", "total"]
                    ),
                ],
                views: ["open_orders"]
            ),
            ObjectSelection(database: "shop"),
        ]
        var pair = pair()
        pair.objects = objects
        let reversed = PairPlan(pair, scenario: .bEmpty).bToA.objects
        #expect(reversed[0].database == "crm_west")
        #expect(reversed[0].mappedTo == "crm")
        #expect(reversed[0].tables?[0] == TableSelection(name: "customers"))
        #expect(
            reversed[0].tables?[1]
                == TableSelection(
                    name: "orders_west",
                    mappedTo: "orders",
                    filter: "id > 100",
                    columns: ["id", "total"]
                )
        )
        #expect(reversed[1] == ObjectSelection(database: "shop"))
        #expect(reversed.map(\.reversed) == objects)
    }

    @Test("what B holds decides the scenario")
    func auto() {
        #expect(PairSpec.Scenario(.empty) == .bEmpty)
        #expect(PairSpec.Scenario(.structureOnly) == .bStructureOnly)
        #expect(PairSpec.Scenario(.hasData) == .bothHaveData)
    }

    @Test("equal states are the pair's; otherwise the one that needs a person's eye")
    func states() {
        for state in TaskState.allCases { #expect(TaskState.ofPair(state, state) == state) }
        #expect(TaskState.ofPair(.running, .scheduled) == .running)
        #expect(TaskState.ofPair(.running, .failed) == .failed)
        #expect(TaskState.ofPair(.retrying, .running) == .retrying)
        #expect(TaskState.ofPair(.stopped, .stopping) == .stopping)
        #expect(TaskState.ofPair(.stopped, .running) == .stopped)
        #expect(TaskState.ofPair(.verified, .verifyFailed) == .verifyFailed)
        for a in TaskState.allCases {
            for b in TaskState.allCases { #expect(TaskState.ofPair(a, b) == TaskState.ofPair(b, a)) }
        }
    }
}
