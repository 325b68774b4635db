import Glibc
import Logging
import SyncModel
import SyncWire
import TestSupport
import Testing
import WorkerEngine

/// In which order a worker carries out what it is told.
@Suite struct EngineTests {
    /// A verification takes as long as the servers take, and one of these says nothing.
    @Test func aPauseDoesNotWaitForAVerification() async throws {
        try await Scope.with { scope in
            let silent = try SilentServer(in: scope)
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            let (input, output) = (ends[0], ends[1])
            scope.onExit {
                close(input)
                close(output)
            }
            let outbox = Outbox(descriptor: output, logger: Logger(label: "test"))
            let engine = Engine(outbox: outbox, logger: Logger(label: "test"))
            let endpoint = Endpoint(host: "127.0.0.1", port: silent.port, user: "dts")
            let spec = TaskSpec(name: "t", source: endpoint, target: endpoint, objects: [ObjectSelection(database: "d")])
            let configuration = Configuration(taskID: "1", spec: spec, secrets: Secrets(source: "x", target: "y"))
            await engine.handle(.hello(Hello(build: "test")))
            // As the messages come in: one after the other.
            async let told: Void = {
                for (id, command) in [(1, Command.configure(configuration)), (2, .verify), (3, .verify), (4, .pause)] {
                    await engine.handle(.command(id: UInt64(id), command))
                }
            }()
            let answers = try await Self.answers(from: input, count: 2)
            #expect(answers == [1, 4])
            silent.close()
            #expect(try await Self.answers(from: input, count: 2) == [2, 3])
            await told
        }
    }

    private static func answers(from descriptor: Int32, count: Int) async throws -> [UInt64] {
        try await blocking {
            var found: [UInt64] = []
            var line: [UInt8] = []
            var byte: UInt8 = 0
            while found.count < count, read(descriptor, &byte, 1) == 1 {
                guard byte == UInt8(ascii: "\n") else {
                    line.append(byte)
                    continue
                }
                if case .answer(let answer) = try LineCodec.decode(WorkerMessage.self, from: line) { found.append(answer.id) }
                line = []
            }
            return found
        }
    }

    /// Takes connections and says nothing until it is closed.
    private final class SilentServer: Sendable {
        private let listener: Int32
        let port: Int

        init(in scope: Scope) throws {
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isReady = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
                }
            }
            try #require(isReady)
            self.listener = listener
            port = Int(UInt16(bigEndian: address.sin_port))
        }

        /// What waits in its queue is refused.
        func close() { Glibc.close(listener) }
    }
}
