import SupervisorAPI
import SyncModel

/// Pairs for people.
enum PairText {
    static func list(_ pairs: [PairView]) -> String {
        guard !pairs.isEmpty else { return "no pairs" }
        let head = ["NAME", "STATE", "TASK", "STATE", "PHASE", "LAG", "BACKLOG", "CONFLICTS", "ERROR"]
        let rows = pairs.flatMap { pair -> [[String]] in
            // One that is not whole has a line of its own.
            if let error = pair.error {
                return [[pair.name, pair.state.rawValue, "-", "-", "-", "-", "-", "-", error.code.rawValue]]
                    + pair.tasks.map { ["", ""] + TaskText.row($0) }
            }
            return pair.tasks.enumerated().map { index, task in
                (index == 0 ? [pair.name, pair.state.rawValue] : ["", ""]) + TaskText.row(task)
            }
        }
        return Table.rows([head] + rows)
    }

    static func state(_ pair: PairView) -> String {
        (["\(pair.name): \(pair.state.rawValue)"] + pair.tasks.map { "  \(TaskText.state($0))" }).joined(
            separator: "\n"
        )
    }

    static func details(_ pair: PairView) -> String {
        var head = "\(pair.name): \(pair.state.rawValue)"
        if let error = pair.error {
            head += "\n" + Table.rows([["error", "\(error.code.rawValue): \(error.message)"], ["remedy", error.remedy]], indent: "  ")
        }
        return ([head] + pair.tasks.map(TaskText.details)).joined(separator: "\n\n")
    }
}
