import Glibc
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Passwords and rows are in the memory of both programs: it is written to no file, and read by no other process of the same user.
@Suite("Core dumps", .timeLimit(.minutes(10)))
struct CoreDumpTests {
    /// Nobody's: what the kernel lets a user see of a process cannot be seen as root.
    private static let nobody: UInt32 = 65534

    @Test("neither program leaves its memory behind", arguments: ["dts-worker", "dts-supervisor"])
    func memory(program: String) async throws {
        // A checkout that only root can reach holds programs that nobody else can start.
        guard try await isPassable(Repository.program(program)) else { return }
        try await Scope.with { scope in
            let data = scope.folder.appending("data").string
            let word = program == "dts-worker" ? "hello" : "ready"
            try await running(program, program == "dts-worker" ? [] : ["serve", "--data", data], until: word, scope) { pid in
                let limits = textOfFile("/proc/\(pid)/limits").split(separator: "\n").first { $0.hasPrefix("Max core file size") }
                #expect(limits?.split(separator: " ").suffix(3) == ["0", "0", "bytes"], "\(limits ?? "")")
                // The kernel gives it to root once the process forbids that others look into it.
                var status = stat()
                #expect(stat("/proc/\(pid)/environ", &status) == 0 && status.st_uid == 0)
                #expect(textOfFile("/proc/\(pid)/status").contains("Uid:\t\(user)\t"))
            }
        }
    }

    private func isPassable(_ program: String) async throws -> Bool {
        let line = Self.asNobody + ["/usr/bin/test", "-x", program]
        return try await Command.run(line[0], Array(line.dropFirst())).status == 0
    }

    /// The beginning of a command line that is carried out by somebody who is not root.
    private static var asNobody: [String] {
        geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=\(nobody)", "--regid=\(nobody)", "--clear-groups"] : []
    }

    private var user: UInt32 { geteuid() == 0 ? Self.nobody : geteuid() }

    /// Runs a program as somebody who is not root, until it has written this word.
    private func running(
        _ name: String, _ arguments: [String], until word: String, _ scope: Scope, _ body: (Int32) throws -> Void
    ) async throws {
        let program = Repository.program(name)
        let log = scope.folder.appending("log")
        let (input, end) = try FileDescriptor.pipe()
        defer { do { try input.close() } catch {} }
        let file = try FileDescriptor.open(log, .readWrite, options: [.create, .closeOnExec], permissions: .ownerReadWrite)
        defer { do { try file.close() } catch {} }
        let line = Self.asNobody + [program] + arguments
        chmod(scope.folder.string, 0o777)
        _ = try await Subprocess.run(
            .path(FilePath(line[0])), arguments: Arguments(Array(line.dropFirst())), input: .fileDescriptor(input, closeAfterSpawningProcess: false),
            output: .fileDescriptor(file, closeAfterSpawningProcess: false), error: .fileDescriptor(file, closeAfterSpawningProcess: false)
        ) { execution in
            let pid = execution.processIdentifier.value
            defer {
                kill(pid, SIGTERM)
                do { try end.close() } catch {}
            }
            try await eventually("\(name) says \(word)") {
                if kill(pid, 0) != 0 { throw Trouble("it has ended: \(textOfFile(log.string))") }
                return textOfFile(log.string).contains(word)
            }
            try body(pid)
        }
    }
}
