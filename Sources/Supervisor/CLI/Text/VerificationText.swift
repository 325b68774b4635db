import SupervisorAPI
import SyncModel

/// Verifications for people: what matters first.
enum VerificationText {
    /// - Parameter all: also what passed, and what there was nothing to look at for.
    static func task(_ verification: VerificationView, all: Bool = false) -> String {
        let items = shown(verification.items, all).flatMap(rows)
        return "\(verification.name): \(verdict(verification.passed, verification.items))"
            + (items.isEmpty ? "" : "\n\(Table.rows(items, indent: "  "))")
    }

    static func connection(_ test: VerificationView) -> String {
        let verdict = test.passed ? "both servers can be used" : "not both servers can be used"
        return "\(test.name): \(verdict)\n\(Table.rows(test.items.flatMap(rows), indent: "  "))"
    }

    static func definitions(_ found: VerificationView) -> String {
        if found.items.isEmpty { return "\(found.name): the source's tables are what the task takes them for" }
        return "\(found.name): the source's tables are others than the task takes them for\n\(Table.rows(found.items.flatMap(rows), indent: "  "))"
    }

    static func pair(_ verification: PairVerificationView, all: Bool = false) -> String {
        let total = "\(verification.name): \(verdict(verification.passed, verification.tasks.flatMap(\.items)))"
        return ([total] + verification.tasks.map { task($0, all: all) }).joined(separator: "\n")
    }

    private static func verdict(_ passed: Bool, _ items: [CheckItem]) -> String {
        func count(_ level: CheckItem.Level, _ one: String, _ many: String) -> String? {
            let count = items.count { $0.level == level }
            return count == 0 ? nil : "\(count) \(count == 1 ? one : many)"
        }
        let counts = [
            count(.fail, "failed", "failed"), count(.alarm, "alarm", "alarms"), count(.skipped, "skipped", "skipped"),
            count(.pass, "passed", "passed"),
        ]
        let words = counts.compactMap(\.self).joined(separator: ", ")
        return (passed ? "verification passed" : "verification failed") + (words.isEmpty ? "" : ": \(words)")
    }

    /// Failures, then what the user has chosen to skip, then alarms, each in the order of the verification.
    private static func shown(_ items: [CheckItem], _ all: Bool) -> [CheckItem] {
        let isAcknowledged = { (item: CheckItem) in item.level == .skipped && item.skippable }
        let first = items.filter { $0.level == .fail } + items.filter(isAcknowledged) + items.filter { $0.level == .alarm }
        guard all else { return first }
        return first + items.filter { $0.level == .skipped && !isAcknowledged($0) } + items.filter { $0.level == .pass }
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
