import FoundationEssentials
import GRDB
import SupervisorTasks
import SyncModel

extension TaskRecord {
    private static let names = [
        "id", "name", "pair", "direction", "reverse_task", "merges_data", "reverse_ddl", "spec", "secrets", "state", "desired",
        "phase", "failure",
        "failed_at", "restarts", "start_at", "left_traces", "skipped_items", "source", "target", "created_at",
    ]

    static var columns: String { names.joined(separator: ", ") }
    static var placeholders: String { names.map { ":\($0)" }.joined(separator: ", ") }
    static var assignments: String { names.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ") }

    func arguments(_ box: SecretBox) throws -> StatementArguments {
        [
            "id": id,
            "name": name,
            "pair": pair?.pair,
            "direction": pair?.direction.rawValue,
            "reverse_task": pair?.reverseTask,
            "merges_data": pair?.mergesData ?? false,
            "reverse_ddl": pair?.reverseCarriesDDL ?? false,
            "spec": try RowCodec.text(spec),
            "secrets": try box.seal(secrets, for: "task \(id)"),
            "state": memory.state.rawValue,
            "desired": memory.desired.rawValue,
            "phase": memory.phase?.rawValue,
            "failure": try memory.failure.map(RowCodec.text),
            "failed_at": failedAt.map(Int64.init(clamping:)),
            "restarts": memory.restarts,
            "start_at": memory.startAt.map(Int64.init(clamping:)),
            "left_traces": memory.leftTraces,
            "skipped_items": try RowCodec.text(skippedItems.sorted()),
            "source": try source.map(RowCodec.text),
            "target": try target.map(RowCodec.text),
            "created_at": Int64(clamping: createdAt),
        ]
    }

    init(_ row: Row, _ box: SecretBox) throws {
        let id: String = row["id"]
        var role: PairRole?
        if let pair = row["pair"] as String?, let direction = row["direction"] as String?,
            let reverse = row["reverse_task"] as String?
        {
            role = PairRole(
                pair: pair,
                direction: try RowCodec.word(direction),
                reverseTask: reverse,
                mergesData: row["merges_data"],
                reverseCarriesDDL: row["reverse_ddl"]
            )
        }
        let phase: TaskPhase? = try (row["phase"] as String?).map { try RowCodec.word($0) }
        let failure: Failure? = try (row["failure"] as String?).map { try RowCodec.value($0) }
        let skipped: [String] = try RowCodec.value(row["skipped_items"])
        self.init(
            id: id,
            name: row["name"],
            pair: role,
            spec: try RowCodec.value(row["spec"]),
            secrets: try box.open(row["secrets"], for: "task \(id)"),
            memory: TaskStateMachine.Memory(
                state: try RowCodec.word(row["state"]),
                desired: try RowCodec.word(row["desired"]),
                phase: phase,
                failure: failure,
                restarts: row["restarts"],
                startAt: (row["start_at"] as Int64?).map(UInt64.init(clamping:)),
                leftTraces: row["left_traces"]
            ),
            failedAt: (row["failed_at"] as Int64?).map(UInt64.init(clamping:)),
            skippedItems: Set(skipped),
            source: try (row["source"] as String?).map { try RowCodec.value($0) },
            target: try (row["target"] as String?).map { try RowCodec.value($0) },
            createdAt: UInt64(clamping: row["created_at"] as Int64)
        )
    }
}
