package import SyncModel

/// Writes a task as the YAML that ``TaskFile`` reads. Passwords are not part of a specification and never written;
/// in their place stands the environment variable from which the file takes them when it is used again.
package enum TaskExport {
    package static let sourcePasswordVariable = "DTS_SOURCE_PASSWORD"
    package static let targetPasswordVariable = "DTS_TARGET_PASSWORD"

    package static func yaml(_ spec: TaskSpec) -> String {
        var text = YAMLText()
        text.field("name", spec.name)
        endpoint("source", spec.source, sourcePasswordVariable, &text)
        endpoint("target", spec.target, targetPasswordVariable, &text)
        if let runAt = spec.runAt {
            text.block("run") { $0.field("at", runAt) }
        } else {
            text.line("run: immediate")
        }
        text.list(
            "initialization",
            TaskSpec.Initialization.allCases.filter(spec.initialization.contains).map(\.rawValue)
        )
        text.field("if_target_exists", spec.ifTargetExists.rawValue)
        switch spec.conflict {
        case .newest(let column): text.block("conflict") { $0.field("newest", column) }
        case .newestCommitTime: text.block("conflict") { $0.field("newest", "commit-time") }
        case .report, .ignore, .overwrite: text.field("conflict", spec.conflict.word)
        }
        text.line("sql: [\(statements(spec.sql).joined(separator: ", "))]")
        text.block("objects") { text in spec.objects.forEach { database($0, &text) } }
        service(spec.limits, spec.retryMinutes, spec.billing, spec.specification, spec.ownerEmail, &text)
        return text.text
    }

    /// What a pair says in the same words.
    static func service(
        _ limits: Limits, _ retryMinutes: Int, _ billing: TaskSpec.Billing, _ specification: Specification, _ ownerEmail: String?,
        _ text: inout YAMLText
    ) {
        text.block("limits") {
            $0.line("rows_per_second: \(limits.rowsPerSecond)")
            $0.line("load_threads: \(limits.loadThreads)")
            $0.line("apply_threads: \(limits.applyThreads)")
        }
        text.line("retry_minutes: \(retryMinutes)")
        text.field("billing", billing.rawValue)
        text.field("specification", specification.rawValue)
        if let email = ownerEmail { text.block("owner") { $0.field("email", email) } }
    }

    static func endpoint(_ name: String, _ endpoint: Endpoint, _ variable: String, _ text: inout YAMLText) {
        text.block(name) { text in
            if let socket = endpoint.socket {
                text.field("socket", socket)
            } else {
                text.field("host", endpoint.host)
                text.line("port: \(endpoint.port)")
            }
            if !endpoint.hosts.isEmpty { text.list("hosts", endpoint.hosts) }
            text.field("user", endpoint.user)
            text.line("# Passwords are not exported: set this variable, or use password_file.")
            text.field("password_env", variable)
            text.field("type", endpoint.type.rawValue)
            text.field("region", endpoint.region)
            text.field("provider", endpoint.provider.rawValue)
            text.field("access", endpoint.access.rawValue)
            text.block("tls") {
                $0.field("mode", endpoint.tls.mode.rawValue)
                $0.field("ca", endpoint.tls.ca)
                $0.field("cert", endpoint.tls.cert)
                $0.field("key", endpoint.tls.key)
                if endpoint.tls.cleartextPlugin { $0.field("cleartext_plugin", flag: true) }
                if endpoint.tls.getServerPublicKey { $0.field("get_server_public_key", flag: true) }
            }
            text.field("positioning", endpoint.positioning.rawValue)
        }
    }

    static func statements(_ sql: SQLSelection) -> [String] {
        var words = [(sql.insert, "insert"), (sql.update, "update"), (sql.delete, "delete")].filter(\.0).map(\.1)
        switch sql.ddl {
        case .none: break
        case .all: words.append("ddl")
        case .kinds(let kinds): words.append("{ddl: [\(kinds.sorted().map(YAMLText.scalar).joined(separator: ", "))]}")
        }
        return words
    }

    static func database(_ object: ObjectSelection, _ text: inout YAMLText) {
        text.item { text in
            text.field("database", object.database)
            text.field("as", object.mappedTo)
            if let tables = object.tables {
                if tables.isEmpty {
                    text.list("tables", [])
                } else {
                    text.block("tables") { text in tables.forEach { table($0, &text) } }
                }
            }
            if let views = object.views { text.list("views", views) }
            switch object.routines {
            case .all: text.field("routines", flag: true)
            case .named(let names): text.list("routines", names)
            case nil: break
            }
        }
    }

    private static func table(_ table: TableSelection, _ text: inout YAMLText) {
        text.item { text in
            text.field("name", table.name)
            text.field("as", table.mappedTo)
            text.field("where", table.filter)
            if let columns = table.columns { text.list("columns", columns) }
            if let rename = table.rename {
                text.block("rename") { text in
                    for (name, other) in rename.sorted(by: { $0.key < $1.key }) { text.line("\(YAMLText.scalar(name)): \(YAMLText.scalar(other))") }
                }
            }
        }
    }
}
