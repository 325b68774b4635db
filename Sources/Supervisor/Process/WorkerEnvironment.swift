import Glibc
import Subprocess

/// What a worker sees of our environment: where programs and libraries are and how to speak, nothing else. A password in
/// the environment of the supervisor does not reach it.
enum WorkerEnvironment {
    private static let names = [
        "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "MARIADB_PLUGIN_DIR",
        "LIBMYSQL_PLUGIN_DIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "SWIFT_BACKTRACE",
    ]

    /// Variables with this prefix are meant for workers.
    private static let prefix = "DTS_WORKER_"

    static func make(task: String) -> Environment {
        var values: [Environment.Key: String] = [:]
        for entry in current() {
            guard names.contains(entry.name) || entry.name.hasPrefix(prefix) else { continue }
            if let key = Environment.Key(rawValue: entry.name) { values[key] = entry.value }
        }
        if let key = Environment.Key(rawValue: "DTS_TASK") { values[key] = task }
        return .custom(values)
    }

    private static func current() -> [(name: String, value: String)] {
        var entries: [(name: String, value: String)] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                entries.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
            }
            next += 1
        }
        return entries
    }
}
