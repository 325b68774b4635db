@preconcurrency import Dispatch
import Glibc
import Subprocess
import SystemPackage

/// A program on a terminal: standard input and standard error are a pseudo-terminal, standard output is a pipe.
package struct Terminal: Sendable {
    package var status: Int
    package var output: String
    /// What stood on the screen, the typed answer included.
    package var screen: String

    /// Runs a program and types an answer once it has written the question.
    /// - Throws: ``Trouble`` when there is no terminal to be had.
    package static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], when question: String, type answer: String
    ) async throws -> Terminal {
        let master = try FileDescriptor.open("/dev/ptmx", .readWrite, options: .noFollow)
        var number: Int32 = 0
        var locked: Int32 = 0
        // TIOCGPTN and TIOCSPTLCK of asm-generic/ioctls.h, whose macros Swift does not see: posix_openpt(3) is not imported either.
        guard ioctl(master.rawValue, 0x8004_5430, &number) == 0, ioctl(master.rawValue, 0x4004_5431, &locked) == 0 else {
            throw Trouble("no terminal: \(Errno(rawValue: errno))")
        }
        let slave = try FileDescriptor.open(FilePath("/dev/pts/\(number)"), .readWrite, options: .noFollow)
        var updates: [Environment.Key: String?] = [:]
        for (name, value) in environment { updates[Environment.Key(stringLiteral: name)] = value }
        // The terminal is read beside the program; the program's own end of it is closed when it has ended.
        async let screen = watch(master.rawValue, question, answer)
        let result = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(arguments), environment: .inherit.updating(updates),
            input: .fileDescriptor(slave, closeAfterSpawningProcess: false), output: .string(limit: 1 << 20),
            error: .fileDescriptor(slave, closeAfterSpawningProcess: false))
        try slave.close()
        let shown = await screen
        try master.close()
        let status =
            switch result.terminationStatus {
            case .exited(let code): Int(code)
            case .signaled(let signal): 128 + Int(signal)
            }
        return Terminal(status: status, output: result.standardOutput, screen: shown)
    }

    /// Reads until nobody has the other end open any more, on a thread of its own.
    private static func watch(_ master: Int32, _ question: String, _ answer: String) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "dts.terminal").async {
                var screen = ""
                var typed = false
                var bytes = [UInt8](repeating: 0, count: 4096)
                while true {
                    let count = read(master, &bytes, bytes.count)
                    if count <= 0 { return continuation.resume(returning: screen) }
                    screen += String(decoding: bytes[..<count], as: UTF8.self)
                    guard !typed, screen.contains(question) else { continue }
                    typed = true
                    let line = Array("\(answer)\n".utf8)
                    _ = write(master, line, line.count)
                }
            }
        }
    }
}
