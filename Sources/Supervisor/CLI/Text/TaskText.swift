import SupervisorAPI
import SyncModel

/// Tasks for people.
enum TaskText {
    static func list(_ tasks: [TaskView]) -> String {
        guard !tasks.isEmpty else { return "no tasks" }
        let head = ["NAME", "STATE", "PHASE", "LAG", "BACKLOG", "CONFLICTS", "ERROR"]
        return Table.rows([head] + tasks.map(row))
    }

    static func row(_ task: TaskView) -> [String] {
        [
            task.name, task.state.rawValue, task.phase?.rawValue ?? "-", Quantity.milliseconds(task.lagMs),
            Quantity.bytes(task.backlogBytes), conflicts(task.conflicts), task.error?.code.rawValue ?? "-",
        ]
    }

    static func state(_ task: TaskView) -> String {
        "\(task.name): \(stateWords(task))"
    }

    static func details(_ task: TaskView) -> String {
        var rows = [["state", stateWords(task)]]
        if let startAt = task.startAt { rows.append(["starts", startAt.description]) }
        if let pair = task.pair { rows.append(["pair", pair]) }
        rows.append(["source", server(task.source)])
        rows.append(["target", server(task.target)])
        rows += position(task.position)
        rows.append([
            "lag",
            "\(Quantity.milliseconds(task.lagMs)), backlog \(Quantity.bytes(task.backlogBytes))"
                + (task.worker.pid == nil ? task.measuredAt.map { ", as of \($0)" } ?? "" : "")
                + (task.transactionBytes.map { "; in a transaction, \(Quantity.bytes($0)) of it done" } ?? "")
                + rate(task.phase == .incremental ? task.rate : nil),
        ])
        rows.append([
            "load",
            "\(task.load.tablesDone) of \(task.load.tablesTotal) tables, "
                + "\(task.load.rowsDone) of about \(task.load.rowsTotalEstimate) rows"
                + rate(task.phase == .data ? task.rate : nil),
        ])
        rows.append(["applied", applied(task.counts)])
        rows.append(["conflicts", "\(conflicts(task.conflicts))\(classes(task.conflicts))"])
        rows.append(["worker", worker(task.worker)])
        rows.append(["limits", limits(task.limits)])
        rows.append(["bought", "\(task.specification.rawValue), \(task.billing.rawValue)"])
        if let owner = task.owner { rows.append(["owner", owner]) }
        if !task.skippedChecks.isEmpty { rows.append(["skipped", task.skippedChecks.joined(separator: ", ")]) }
        rows.append(["actions", task.actions.isEmpty ? "-" : task.actions.map(\.rawValue).joined(separator: ", ")])
        if let error = task.error {
            rows.append(["error", "\(error.code.rawValue): \(error.message)"])
            rows.append(["remedy", error.remedy])
            rows.append(["since", error.at.description])
        }
        return "\(task.name)\n\(Table.rows(rows, indent: "  "))"
    }

    private static func stateWords(_ task: TaskView) -> String {
        task.phase.map { "\(task.state.rawValue), \($0.rawValue)" } ?? task.state.rawValue
    }

    private static func server(_ endpoint: EndpointView) -> String {
        let address = endpoint.socket ?? "\(endpoint.host ?? "-"):\(endpoint.port.map(String.init) ?? "-")"
        return [endpoint.type.rawValue, address, endpoint.server, endpoint.region.map { "(\($0))" }].compactMap(\.self)
            .joined(separator: " ")
    }

    private static func rate(_ rate: RateView?) -> String {
        guard let rate, rate.rowsPerSecond > 0 || rate.percent != nil else { return "" }
        let words = [
            "\(rate.rowsPerSecond) rows/s", rate.percent.map { "\($0) % done" },
            rate.secondsLeft.map { "about \(Quantity.seconds($0)) left" },
        ]
        return "; " + words.compactMap(\.self).joined(separator: ", ")
    }

    static func limits(_ limits: Limits) -> String {
        let rate = limits.rowsPerSecond == 0 ? "no limit" : "at most \(limits.rowsPerSecond) rows per second"
        return "\(rate), \(limits.loadThreads) load threads, \(limits.applyThreads) apply threads"
    }

    private static func position(_ position: PositionView) -> [[String]] {
        let names = [position.gtid, position.file.map { "\($0):\(position.offset ?? 0)" }].compactMap(\.self)
        guard !names.isEmpty else { return [["position", "-"]] }
        return names.enumerated().map { [$0 == 0 ? "position" : "", $1] }
    }

    private static func applied(_ counts: Counts) -> String {
        let passedOver = counts.ddlNotCarried ?? 0
        return "\(counts.transactions) transactions: \(counts.inserts) inserts, \(counts.updates) updates, "
            + "\(counts.deletes) deletes, \(counts.ddl) DDL; \(counts.loopedTransactionsSkipped) of our own skipped"
            + (passedOver > 0 ? "; \(passedOver) DDL not carried over" : "")
    }

    private static func conflicts(_ conflicts: ConflictsView) -> String {
        conflicts.unresolved == 0 ? "\(conflicts.total)" : "\(conflicts.total), \(conflicts.unresolved) unresolved"
    }

    private static func classes(_ conflicts: ConflictsView) -> String {
        let classes: [(String, UInt64)] = [
            ("insert_exists", conflicts.insertExists), ("update_differs", conflicts.updateDiffers),
            ("update_missing", conflicts.updateMissing), ("delete_differs", conflicts.deleteDiffers),
            ("delete_missing", conflicts.deleteMissing), ("unique_violation", conflicts.uniqueViolation),
        ]
        let words = classes.filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
        return words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
    }

    private static func worker(_ worker: WorkerView) -> String {
        let process = worker.pid.map { "pid \($0), \(Quantity.bytes(worker.rssBytes))" } ?? "none"
        return worker.restarts == 0 ? process : "\(process), \(worker.restarts) restarts"
    }
}
