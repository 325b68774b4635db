import SupervisorAPI
import SyncModel

/// Verifications for people.
enum VerificationText {
    static func task(_ verification: VerificationView) -> String {
        let verdict = verification.passed ? "verification passed" : "verification failed"
        let items = verification.items.flatMap(rows)
        return "\(verification.name): \(verdict)" + (items.isEmpty ? "" : "\n\(Table.rows(items, indent: "  "))")
    }

    static func connection(_ test: VerificationView) -> String {
        let verdict = test.passed ? "both servers can be used" : "not both servers can be used"
        return "\(test.name): \(verdict)\n\(Table.rows(test.items.flatMap(rows), indent: "  "))"
    }

    static func pair(_ verification: PairVerificationView) -> String {
        verification.tasks.map(task).joined(separator: "\n")
    }

    private static func rows(_ item: CheckItem) -> [[String]] {
        var rows = [[item.level.rawValue, item.item, item.facts]]
        guard item.level != .pass else { return rows }
        if !item.threshold.isEmpty { rows.append(["", "", "required: \(item.threshold)"]) }
        for (index, line) in item.remedy.split(separator: "\n").enumerated() {
            rows.append(["", "", index == 0 ? "remedy: \(line)" : "        \(line)"])
        }
        if item.skippable, !item.risk.isEmpty { rows.append(["", "", "may be skipped (task skip-check): \(item.risk)"]) }
        return rows
    }
}
