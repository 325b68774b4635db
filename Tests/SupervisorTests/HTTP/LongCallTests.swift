import SupervisorAPI
import SyncCurl
import SyncModel
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(10))) struct LongCallTests {
    @Test func waitAnswersWhenTheGoalIsReached() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            async let answer = daemon.call(.get, "/api/v1/wait/t?for=incremental&timeout=15")
            #expect(await eventually { await daemon.operations.waiting == 1 })
            await daemon.operations.set("t", .running)
            #expect(try await answer.text == #"{"for":"incremental","name":"t","state":"running"}"#)
        }
    }

    @Test func waitEndsWhenTheTimeIsUp() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            let answer = try await daemon.call(.get, "/api/v1/wait/t?for=running&timeout=0")
            #expect(answer.status == 504 && answer.code == "timed-out")
            #expect(await eventually { await daemon.operations.waiting == 0 })
        }
    }

    @Test func waitTellsTheFailureOfTheTask() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            await daemon.operations.set("t", .failed)
            let answer = try await daemon.call(.get, "/api/v1/wait/t?for=caught-up")
            #expect(answer.code == "binlog-purged")
        }
    }

    @Test func waitEndsWithItsReader() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            let reader = Task { try await daemon.call(.get, "/api/v1/wait/t?for=running") }
            #expect(await eventually { await daemon.operations.waiting == 1 })
            reader.cancel()
            await #expect(throws: CancellationError.self) { try await reader.value }
            #expect(await eventually { await daemon.operations.waiting == 0 })
        }
    }

    @Test func waitDoesNotHoldUpTheDaemonsStop() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            async let answer = daemon.call(.get, "/api/v1/wait/t?for=running")
            #expect(await eventually { await daemon.operations.waiting == 1 })
            await daemon.stop()
            let ended = try await answer
            #expect(ended.status == 503 && ended.code == "daemon-not-reachable")
        }
    }

    @Test func logsArePlainText() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            #expect(try await daemon.call(.get, "/api/v1/tasks/t/logs").text == "first\nsecond\n")
            #expect(try await daemon.call(.get, "/api/v1/tasks/t/logs?lines=1").text == "second\n")
            #expect(try await daemon.call(.get, "/api/v1/tasks/u/logs").code == "not-found")
        }
    }

    @Test func logsAreFollowedUntilTheReaderLeaves() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            let text = Text()
            let call = HTTPCall(
                .get,
                url: "http://dts/api/v1/tasks/t/logs?follow=true",
                unixSocket: DataFolder.socket(in: daemon.folder.path)
            )
            let reader = Task { try await CurlClient().stream(call) { piece, _ in text.append(piece) } }
            #expect(await eventually { text.value == "first\nsecond\n" })
            await daemon.operations.writeLog("third\n")
            #expect(await eventually { text.value == "first\nsecond\nthird\n" })
            reader.cancel()
            await #expect(throws: CancellationError.self) { try await reader.value }
            #expect(await eventually { await daemon.operations.readersGone == 1 })
        }
    }

    @Test func followedLogsEndWithTheDaemon() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            async let answer = daemon.call(.get, "/api/v1/tasks/t/logs?follow=true")
            #expect(await eventually { await daemon.operations.readers == 1 })
            await daemon.stop()
            #expect(try await answer.text == "first\nsecond\n")
        }
    }

    @Test func aReaderCanEndAStream() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try await daemon.create("t")
            let call = HTTPCall(
                .get,
                url: "http://dts/api/v1/tasks/t/logs?follow=true",
                unixSocket: DataFolder.socket(in: daemon.folder.path)
            )
            #expect(try await CurlClient().stream(call) { _, status in status != 200 } == nil)
        }
    }
}

/// Text that grows on another thread.
final class Text: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    var value: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }

    @discardableResult
    func append(_ piece: [UInt8]) -> Bool {
        bytes.withLock { $0.append(contentsOf: piece) }
        return true
    }
}
