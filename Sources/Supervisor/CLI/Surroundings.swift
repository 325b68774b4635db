import FoundationEssentials
import Glibc
import SyncModel

/// What a command finds around it: environment, standard output and standard error. Tests put their own in place.
package struct Surroundings: Sendable {
    @TaskLocal package static var current = Surroundings(
        environment: ProcessInfo.processInfo.environment,
        output: { Surroundings.write($0, to: STDOUT_FILENO) }, errors: { Surroundings.write($0, to: STDERR_FILENO) })

    package var environment: [String: String]
    package var output: @Sendable ([UInt8]) -> Void
    package var errors: @Sendable ([UInt8]) -> Void

    package init(
        environment: [String: String], output: @escaping @Sendable ([UInt8]) -> Void,
        errors: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.environment = environment
        self.output = output
        self.errors = errors
    }

    func print(_ text: String) {
        output(Array("\(text)\n".utf8))
    }

    func printError(_ text: String) {
        errors(Array("\(text)\n".utf8))
    }

    func printError(_ failure: Failure) {
        printError("error: \(failure.code.rawValue): \(failure.message)")
        if !failure.remedy.isEmpty { printError("remedy: \(failure.remedy)") }
    }

    /// Unbuffered, so that a reader of a pipe sees each line at once.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
