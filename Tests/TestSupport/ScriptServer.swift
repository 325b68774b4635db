import Glibc
import Subprocess
import SystemPackage

/// A Python program of `Servers` that listens on a port of its own for as long as a test lasts.
struct ScriptServer: Sendable {
    /// Where it writes what it gets.
    let folder: FilePath
    let port: Int

    init(_ script: String, _ arguments: [String], in scope: Scope) async throws {
        folder = scope.folder.appending(scope.uniqueName("listener"))
        _ = try await Command.run("/usr/bin/env", ["mkdir", folder.string]).succeeded()
        let program = FilePath(#filePath).removingLastComponent().appending("Servers").appending(script)
        let log = folder.appending("log")
        let all = [program.string, folder.string] + arguments
        let (started, announce) = AsyncStream.makeStream(of: Int32.self)
        // Lives as long as the server, beyond this call.
        let exit = Task {
            defer { announce.finish() }
            let file = try FileDescriptor.open(log, .writeOnly, options: [.create, .append, .closeOnExec], permissions: .ownerReadWrite)
            defer { do { try file.close() } catch {} }
            // Debian's own: another Python on the path does not have its packages.
            _ = try await Subprocess.run(
                .path("/usr/bin/python3"), arguments: Arguments(all), input: .none, output: .fileDescriptor(file, closeAfterSpawningProcess: false),
                error: .fileDescriptor(file, closeAfterSpawningProcess: false)
            ) { execution in
                announce.yield(execution.processIdentifier.value)
                announce.finish()
            }
        }
        guard let pid = await started.first(where: { _ in true }) else {
            try await exit.value
            throw Trouble("\(script) did not start")
        }
        scope.onExit {
            _ = Glibc.kill(pid, SIGKILL)
            try await exit.value
        }
        scope.onFailureShow { "== \(script)\n" + textOfFile(log.string).tail(30) }
        let portFile = folder.appending("port").string
        port = try await eventually(within: .seconds(120), "\(script) listens") {
            if Glibc.kill(pid, 0) != 0 { throw Trouble("\(script) ended:\n\(textOfFile(log.string))") }
            return Int(textOfFile(portFile))
        }
    }
}
