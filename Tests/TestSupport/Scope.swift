import FoundationEssentials
import Glibc
import Synchronization
package import SystemPackage
import Testing

/// What one test has borrowed: given back in the reverse order, whether the test passes or throws.
package final class Scope: Sendable {
    private struct State {
        var cleanUps: [@Sendable () async throws -> Void] = []
        var evidence: [@Sendable () -> String] = []
        var number = 0
    }

    /// Empty folder of this test; removed at the end.
    package let folder: FilePath
    private let state = Mutex(State())

    private init() throws {
        var template = Array("/tmp/dts-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Trouble("cannot make a folder in /tmp: \(Errno(rawValue: errno))") }
        folder = FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    /// Runs a test's body with a scope of its own.
    package static func with(_ body: (Scope) async throws -> Void) async throws {
        let scope = try Scope()
        var failure: (any Error)?
        do { try await body(scope) } catch {
            failure = error
            scope.showEvidence(error)
        }
        // All of them run, also when one fails; the test's own error is the one that counts.
        for cleanUp in scope.takeCleanUps() {
            do { try await cleanUp() } catch { failure = failure ?? error }
        }
        do { try FileManager.default.removeItem(atPath: scope.folder.string) } catch { failure = failure ?? error }
        if let failure { throw failure }
    }

    /// Runs at the end of the test, before what was registered earlier.
    package func onExit(_ body: @escaping @Sendable () async throws -> Void) {
        state.withLock { $0.cleanUps.append(body) }
    }

    /// What a person needs to see when the test has failed, such as a log.
    package func onFailureShow(_ body: @escaping @Sendable () -> String) {
        state.withLock { $0.evidence.append(body) }
    }

    /// A name that no other test of any run uses at the same time, valid for databases and tasks.
    package func uniqueName(_ prefix: String) -> String {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        return "\(prefix)_\(getpid())_\(folder.string.suffix(6).lowercased())_\(number)"
    }

    /// A file of this test with this content.
    package func file(_ name: String, _ content: String) throws -> String {
        let path = folder.appending(name).string
        try Data(content.utf8).write(to: URL(filePath: path))
        return path
    }

    private func takeCleanUps() -> [@Sendable () async throws -> Void] {
        state.withLock { state in
            defer { state.cleanUps = [] }
            return state.cleanUps.reversed()
        }
    }

    private func showEvidence(_ error: any Error) {
        let pieces = state.withLock(\.evidence).map { $0() }
        guard !pieces.isEmpty else { return }
        let text = "--- evidence for: \(error)\n" + pieces.joined(separator: "\n") + "\n---\n"
        // A closed standard error is no reason to fail differently.
        do { _ = try FileDescriptor.standardError.writeAll(Array(text.utf8)) } catch {}
        Attachment.record(text, named: "evidence.txt")
    }
}

extension String {
    /// The last lines.
    package func tail(_ count: Int) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).suffix(count).joined(separator: "\n")
    }
}

/// The text of a file; empty when it cannot be read.
package func textOfFile(_ path: String) -> String {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
}
