package import SyncModel

/// Writes a pair as the YAML that ``PairFile`` reads; passwords as ``TaskExport`` does.
package enum PairExport {
    package static let passwordVariables = (a: "DTS_A_PASSWORD", b: "DTS_B_PASSWORD")

    package static func yaml(_ spec: PairSpec) -> String {
        var text = YAMLText()
        text.field("name", spec.name)
        TaskExport.endpoint("a", spec.a, passwordVariables.a, &text)
        TaskExport.endpoint("b", spec.b, passwordVariables.b, &text)
        text.block("objects") { text in spec.objects.forEach { TaskExport.database($0, &text) } }
        switch spec.prevails {
        case .a: text.field("prevails", "a")
        case .b: text.field("prevails", "b")
        case .none: text.field("prevails", "none")
        case .newest(let column): text.block("prevails") { $0.field("newest", column) }
        case .newestCommitTime: text.block("prevails") { $0.field("newest", "commit-time") }
        }
        text.field("ddl", spec.ddl.rawValue)
        let sql = SQLSelection(insert: spec.insert, update: spec.update, delete: spec.delete, ddl: .none)
        text.line("sql: [\(TaskExport.statements(sql).joined(separator: ", "))]")
        text.field("scenario", spec.scenario.rawValue)
        TaskExport.service(spec.limits, spec.retryMinutes, spec.billing, spec.specification, spec.ownerEmail, &text)
        return text.text
    }
}
