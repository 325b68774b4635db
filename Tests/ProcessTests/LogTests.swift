import FoundationEssentials
import SupervisorProcess
import SystemPackage
import Testing

@Suite("Task logs", .timeLimit(.minutes(10)))
struct LogTests {
    private func withPath(_ body: (FilePath) async throws -> Void) async throws {
        let folder = "\(FileManager.default.temporaryDirectory.path)/dts-log-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(FilePath(folder).appending("task.log"))
    }

    private func read(_ log: TaskLog, lines: Int? = nil) async throws -> String {
        var bytes: [UInt8] = []
        for try await piece in log.pieces(lines: lines, follow: false) { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("files are moved aside by size and the oldest is given up")
    func rotation() async throws {
        try await withPath { path in
            var log = LogFile(path: path, limits: LogFile.Limits(size: 100, kept: 2))
            for number in 1...30 { log.append(line: "line number \(number) of thirty\n") }
            log.close()
            let names = try FileManager.default.contentsOfDirectory(atPath: path.removingLastComponent().string)
                .sorted()
            #expect(names == ["task.log", "task.log.1", "task.log.2"])
            for name in names {
                let size = try Data(contentsOf: URL(filePath: "\(path.removingLastComponent())/\(name)")).count
                #expect(size <= 100)
            }
            let text = try await read(TaskLog(path: path, kept: 2, clock: ContinuousClock()))
            let numbers = text.split(separator: "\n").compactMap { Int($0.split(separator: " ")[2]) }
            #expect(numbers.last == 30)
            #expect(numbers == Array((numbers.first ?? 0)...30))
            #expect(numbers.count < 30)
        }
    }

    @Test("a log that is opened again is appended to")
    func appended() async throws {
        try await withPath { path in
            for word in ["one\n", "two\n"] {
                var log = LogFile(path: path)
                log.append(line: word)
                log.close()
            }
            let text = try await read(TaskLog(path: path, clock: ContinuousClock()))
            #expect(text == "one\ntwo\n")
        }
    }

    @Test("what exceeds the allowance of a second is left out, and the log says how much")
    func allowance() async throws {
        try await withPath { path in
            var log = LogFile(path: path, limits: LogFile.Limits(bytesPerSecond: 10))
            func append(_ text: String, at second: Int) {
                Array(text.utf8).withUnsafeBytes { log.append($0, at: .seconds(second)) }
            }
            append("0123456789\n", at: 0)
            append("lost\n", at: 0)
            append("lost too\n", at: 0)
            append("kept\n", at: 1)
            log.close()
            let text = try await read(TaskLog(path: path, clock: ContinuousClock()))
            #expect(text == "0123456789\n… 14 bytes left out: the worker wrote more than 10 bytes in a second\nkept\n")
        }
    }

    @Test("the last lines are counted over all files", arguments: [0, 1, 2, 5, 29, 30, 31, 1000])
    func lastLines(count: Int) async throws {
        try await withPath { path in
            var log = LogFile(path: path, limits: LogFile.Limits(size: 100, kept: 50))
            let lines = (1...30).map { "line number \($0) of thirty\n" }
            for line in lines { log.append(line: line) }
            log.close()
            let text = try await read(TaskLog(path: path, kept: 50, clock: ContinuousClock()), lines: count)
            #expect(text == lines.suffix(count).joined())
        }
    }

    @Test("a log that is not there is empty")
    func missing() async throws {
        try await withPath { path in
            let log = TaskLog(path: path, clock: ContinuousClock())
            let whole = try await read(log)
            let end = try await read(log, lines: 5)
            #expect(whole.isEmpty)
            #expect(end.isEmpty)
        }
    }

    @Test("following goes on with what is written later, also when the file is moved aside")
    func follow() async throws {
        try await withPath { path in
            var log = LogFile(path: path, limits: LogFile.Limits(size: 20, kept: 5))
            log.append(line: "first\n")
            var seen = ""
            for try await piece in TaskLog(path: path, clock: ContinuousClock()).pieces(lines: nil, follow: true) {
                seen += String(decoding: piece, as: UTF8.self)
                if seen == "first\n" { log.append(line: "second line, too long\n") }
                if seen.hasSuffix("long\n") { break }
            }
            log.close()
            #expect(seen == "first\nsecond line, too long\n")
        }
    }
}
