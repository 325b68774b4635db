import SupervisorAPI
import SyncModel

/// Pairs for people.
enum PairText {
    static func list(_ pairs: [PairView]) -> String {
        guard !pairs.isEmpty else { return "no pairs" }
        let head = ["NAME", "STATE", "TASK", "STATE", "PHASE", "LAG", "BACKLOG", "CONFLICTS", "ERROR"]
        let rows = pairs.flatMap { pair in
            pair.tasks.enumerated().map { index, task in
                (index == 0 ? [pair.name, pair.state.rawValue] : ["", ""]) + TaskText.row(task)
            }
        }
        return Table.rows([head] + rows)
    }

    static func state(_ pair: PairView) -> String {
        (["\(pair.name): \(pair.state.rawValue)"] + pair.tasks.map { "  \(TaskText.state($0))" }).joined(separator: "\n")
    }

    static func details(_ pair: PairView) -> String {
        (["\(pair.name): \(pair.state.rawValue)"] + pair.tasks.map(TaskText.details)).joined(separator: "\n\n")
    }
}
