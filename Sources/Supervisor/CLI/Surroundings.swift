import FoundationEssentials
import Glibc
import SupervisorAPI
import SyncCurl
import SyncModel

/// What a command finds around it: environment, standard output and standard error. Tests put their own in place.
package struct Surroundings: Sendable {
    @TaskLocal package static var current = Surroundings(
        environment: ProcessInfo.processInfo.environment,
        output: { Surroundings.writeOutput($0) },
        errors: { _ = Surroundings.write($0, to: STDERR_FILENO) },
        ask: Surroundings.terminal
    )

    package var environment: [String: String]
    /// False when nothing more can be written, such as after the reader of a pipe has left.
    package var output: @Sendable ([UInt8]) -> Bool
    package var errors: @Sendable ([UInt8]) -> Void
    /// Asks a person and returns the line that they answer, nil when they leave; nil where there is no terminal.
    package var ask: (@Sendable (String) async throws -> String?)?

    package init(
        environment: [String: String],
        output: @escaping @Sendable ([UInt8]) -> Bool,
        errors: @escaping @Sendable ([UInt8]) -> Void,
        ask: (@Sendable (String) async throws -> String?)? = nil
    ) {
        self.environment = environment
        self.output = output
        self.errors = errors
        self.ask = ask
    }

    /// Who runs the command, for people.
    var user: String {
        for name in ["SUDO_USER", "USER", "LOGNAME"] {
            if let user = environment[name], !user.isEmpty { return user.filter { $0.isASCII && !$0.isNewline } }
        }
        return "uid \(getuid())"
    }

    /// Prints for people: what would move the cursor or hide something of the text is made visible.
    /// - Throws: ``ExitStatus/failed`` when it cannot be written.
    func print(_ text: String) throws(ExitStatus) {
        try printExactly(text.visible)
    }

    /// Prints for programs, as it is.
    /// - Throws: ``ExitStatus/failed`` when it cannot be written.
    func printExactly(_ text: String) throws(ExitStatus) {
        guard output(Array("\(text)\n".utf8)) else { throw .failed }
    }

    func printError(_ text: String) {
        errors(Array("\(text.visible)\n".utf8))
    }

    /// - Parameter json: whether standard output gets it too, as the one document that is expected there.
    func tell(_ failure: Failure, json: Bool) {
        // Nobody reads it, or it is read: the exit status says the same.
        if json, let body = try? APICodec.encode(ErrorBody(failure)) { _ = output(Array(body) + [UInt8(ascii: "\n")]) }
        printError(failure)
    }

    private func printError(_ failure: Failure) {
        printError("error: \(failure.code.rawValue): \(failure.message)")
        if !failure.remedy.isEmpty { printError("remedy: \(failure.remedy)") }
    }

    /// The question stands on standard error, since standard output may be for another program.
    private static let terminal: (@Sendable (String) async throws -> String?)? = {
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return nil }
        return { question in
            _ = write(Array(question.utf8), to: STDERR_FILENO)
            return try await BlockingThread.run { readLine() }
        }
    }()

    private static func writeOutput(_ bytes: [UInt8]) -> Bool {
        let error = write(bytes, to: STDOUT_FILENO)
        if error != 0, error != EPIPE {
            _ = write(Array("error: output-failed: \(String(cString: strerror(error)))\n".utf8), to: STDERR_FILENO)
        }
        return error == 0
    }

    /// Unbuffered, so that a reader of a pipe sees each line at once.
    /// - Returns: 0, or the number of the error.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return errno }
            rest = rest.dropFirst(max(0, count))
        }
        return 0
    }
}
