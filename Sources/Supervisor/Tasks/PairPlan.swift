package import SyncModel
package import SyncWire

/// The two one-way tasks that a pair consists of.
///
/// | scenario | task | initialization | if the target exists |
/// |---|---|---|---|
/// | `b-empty` | a-to-b | structure, data | error |
/// | | b-to-a | none | ignore |
/// | `b-structure-only` | a-to-b | data | ignore |
/// | | b-to-a | none | ignore |
/// | `both-have-data` | both | data | ignore |
/// | `in-sync` | both | none | ignore |
///
/// Where both sides have data, both tasks run from the beginning and tell their workers so (`merges_data`).
///
/// `auto` is planned as `b-empty` until the target has been looked at.
package struct PairPlan: Sendable, Hashable {
    package var aToB: TaskSpec
    package var bToA: TaskSpec
    /// Both tasks copy rows at the same time, while both stream: neither waits for the other.
    package var mergesData: Bool

    package init(_ pair: PairSpec, scenario: PairSpec.Scenario) {
        mergesData = scenario == .bothHaveData
        aToB = Self.task(
            of: pair,
            name: "\(pair.name)-a-to-b",
            from: pair.a,
            to: pair.b,
            objects: pair.objects,
            ddl: pair.ddl == .aToB,
            conflict: Self.policy(pair.prevails, sourcePrevails: pair.prevails == .a)
        )
        bToA = Self.task(
            of: pair,
            name: "\(pair.name)-b-to-a",
            from: pair.b,
            to: pair.a,
            objects: pair.objects.map(\.reversed),
            ddl: pair.ddl == .bToA,
            conflict: Self.policy(pair.prevails, sourcePrevails: pair.prevails == .b)
        )
        bToA.initialization = []
        bToA.ifTargetExists = .ignore
        switch scenario {
        case .auto, .bEmpty:
            aToB.initialization = [.structure, .data]
            aToB.ifTargetExists = .error
        case .bStructureOnly:
            aToB.initialization = [.data]
            aToB.ifTargetExists = .ignore
        case .bothHaveData:
            aToB.initialization = [.data]
            aToB.ifTargetExists = .ignore
            bToA.initialization = [.data]
        case .inSync:
            aToB.initialization = []
            aToB.ifTargetExists = .ignore
        }
    }

    /// What a task's worker is told about its place in the pair.
    package func role(_ direction: PairRole.Direction, of pair: String, reverse: String) -> PairRole {
        let other = direction == .aToB ? bToA : aToB
        return PairRole(
            pair: pair,
            direction: direction,
            reverseTask: reverse,
            mergesData: mergesData,
            reverseCarriesDDL: other.sql.ddl != .none
        )
    }

    private static func task(
        of pair: PairSpec,
        name: String,
        from source: Endpoint,
        to target: Endpoint,
        objects: [ObjectSelection],
        ddl: Bool,
        conflict: ConflictPolicy
    ) -> TaskSpec {
        TaskSpec(
            name: name,
            source: source,
            target: target,
            conflict: conflict,
            sql: SQLSelection(insert: pair.insert, update: pair.update, delete: pair.delete, ddl: ddl ? .all : .none),
            objects: objects,
            limits: pair.limits,
            retryMinutes: pair.retryMinutes,
            billing: pair.billing,
            specification: pair.specification,
            ownerEmail: pair.ownerEmail
        )
    }

    private static func policy(_ prevails: PairSpec.Prevails, sourcePrevails: Bool) -> ConflictPolicy {
        switch prevails {
        case .a, .b: sourcePrevails ? .overwrite : .ignore
        case .none: .report
        case .newest(let column): .newest(column: column)
        case .newestCommitTime: .newestCommitTime
        }
    }
}

extension PairSpec.Scenario {
    /// The scenario that `auto` stands for, by what B holds.
    package init(_ target: TargetState) {
        switch target {
        case .empty: self = .bEmpty
        case .structureOnly: self = .bStructureOnly
        case .hasData: self = .bothHaveData
        }
    }
}
