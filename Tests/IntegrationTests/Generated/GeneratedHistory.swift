import SyncMySQL
import Synchronization

/// What a run has done, for whoever has to find out why it failed.
final class GeneratedHistory: Sendable {
    private struct State {
        var lines: [String] = []
        var executed = 0
        var refused: [UInt32: Int] = [:]
        var kills = 0
    }

    private let state = Mutex(State())

    func add(_ lines: [String]) { state.withLock { $0.lines += lines } }

    /// The last statement was executed.
    func done() { state.withLock { $0.executed += 1 } }

    /// A worker was killed.
    func killed() {
        state.withLock {
            $0.kills += 1
            $0.lines.append("-- SIGKILL")
        }
    }

    /// The server has refused the last statement.
    func failed(_ error: MySQLError) {
        state.withLock {
            $0.lines.append("   refused: \(error)")
            $0.refused[error.code.rawValue, default: 0] += 1
        }
    }

    /// Everything, for a file.
    var whole: String { state.withLock { $0.lines.joined(separator: "\n") + "\n" } }

    func last(_ count: Int) -> String { state.withLock { $0.lines.suffix(count).joined(separator: "\n") } }

    var summary: String {
        state.withLock { state in
            let codes = state.refused.sorted { $0.value > $1.value }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
            return "\(state.executed) executed, \(state.kills) kills, refused by A: \(codes)"
        }
    }
}
