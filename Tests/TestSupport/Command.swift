import Subprocess
import SystemPackage

/// A program that was run to its end.
package struct Command: Sendable {
    package var line: String
    /// Exit code; 128 + the signal's number when a signal ended it.
    package var status: Int
    package var output: String
    package var errors: String

    /// - Parameters:
    ///   - environment: added to this process's own.
    ///   - input: what the program reads from its standard input.
    package static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = []
    ) async throws -> Command {
        var updates: [Environment.Key: String?] = [:]
        for (name, value) in environment { updates[Environment.Key(stringLiteral: name)] = value }
        let result = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(arguments), environment: .inherit.updating(updates),
            input: .array(input), output: .string(limit: 64 << 20), error: .string(limit: 64 << 20))
        let status =
            switch result.terminationStatus {
            case .exited(let code): Int(code)
            case .signaled(let signal): 128 + Int(signal)
            }
        return Command(
            line: ([program] + arguments).joined(separator: " "), status: status, output: result.standardOutput,
            errors: result.standardError)
    }

    /// - Throws: ``Trouble`` with all that the program said, unless it ended with 0.
    package func succeeded() throws -> Command {
        if status == 0 { return self }
        throw Trouble("\(line)\nended with \(status)\n\(output)\n\(errors)")
    }
}
