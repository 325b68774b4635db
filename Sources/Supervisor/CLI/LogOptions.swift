import ArgumentParser
import SupervisorAPI
import Synchronization

/// What is wanted of a log.
struct LogOptions: ParsableArguments {
    @Flag(help: "Go on with what is written from now on.") var follow = false
    @Option(help: "Only so many of the last lines, of each task.") var lines: Int?

    func validate(json: Bool) throws {
        if follow, json { throw ValidationError("--json prints one document; it does not go with --follow.") }
        if let lines, !(0...1_000_000).contains(lines) {
            throw ValidationError("--lines: found \(lines); allowed: 0 to 1000000.")
        }
    }

    static func path(of task: String) -> String { "\(APIPath.task(task))/logs" }

    var query: [(String, String)] {
        [("follow", "\(follow)")] + (lines.map { [("lines", "\($0)")] } ?? [])
    }

    /// All that the log has so far.
    func lines(of task: String, _ client: DaemonClient) async throws -> [String] {
        let splitter = LogSplitter()
        let found = Mutex<[String]>([])
        try await client.stream(Self.path(of: task), query: query) { piece in
            let lines = splitter.lines(with: piece)
            found.withLock { $0 += lines }
            return true
        }
        return found.withLock { $0 } + splitter.rest
    }
}

/// A task's log as one document.
struct TaskLogDocument: Encodable {
    var name: String
    var lines: [String]
}

/// Cuts a stream of bytes into lines.
final class LogSplitter: Sendable {
    private let open = Mutex<[UInt8]>([])

    /// The lines that end in this piece.
    func lines(with piece: [UInt8]) -> [String] {
        open.withLock { open in
            open += piece
            var lines: [String] = []
            while let end = open.firstIndex(of: UInt8(ascii: "\n")) {
                lines.append(String(decoding: open[..<end], as: UTF8.self))
                open.removeFirst(end + 1)
            }
            return lines
        }
    }

    /// A line that has no end.
    var rest: [String] { open.withLock { $0.isEmpty ? [] : [String(decoding: $0, as: UTF8.self)] } }
}
