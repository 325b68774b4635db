import SyncModel
import SyncWire
import Testing

@testable import SupervisorProcess

@Suite("Watchdog")
struct WatchdogTests {
    private static let limits = WorkerLimits(
        hello: .seconds(10),
        answer: .seconds(300),
        ready: .seconds(120),
        silence: .seconds(60)
    )
    private static let facts = ServerFacts(type: "mysql", host: "h", port: 1, server: "s", serverUUID: "u")

    private func running(at now: Duration) -> Watchdog {
        var watchdog = Watchdog(limits: Self.limits)
        watchdog.received(.hello(Hello(build: "w")), at: now)
        watchdog.sent(.command(id: 1, .run), at: now)
        watchdog.received(.answer(Answer(id: 1)), at: now)
        watchdog.received(.ready(source: Self.facts, target: Self.facts), at: now)
        return watchdog
    }

    private func progress(activeAt: UInt64, paused: Bool = false) -> WorkerMessage {
        .progress(Progress(phase: .incremental, paused: paused, activeAt: activeAt))
    }

    @Test("hello has a time limit")
    func hello() {
        var watchdog = Watchdog(limits: Self.limits)
        #expect(watchdog.verdict(at: .seconds(10)) == nil)
        #expect(watchdog.verdict(at: .seconds(11))?.code == .workerUnresponsive)
        watchdog.received(.hello(Hello(build: "w")), at: .seconds(9))
        #expect(watchdog.verdict(at: .seconds(1000)) == nil)
    }

    @Test("ready has a time limit")
    func ready() {
        var watchdog = Watchdog(limits: Self.limits)
        watchdog.received(.hello(Hello(build: "w")), at: .zero)
        watchdog.sent(.command(id: 1, .run), at: .zero)
        watchdog.received(.answer(Answer(id: 1)), at: .seconds(1))
        #expect(watchdog.verdict(at: .seconds(120)) == nil)
        #expect(watchdog.verdict(at: .seconds(121)) != nil)
    }

    @Test("a running worker has to speak and to do something")
    func running() {
        var watchdog = running(at: .zero)
        #expect(watchdog.verdict(at: .seconds(60)) == nil)
        #expect(watchdog.verdict(at: .seconds(61)) != nil)
        for second in 1...200 { watchdog.received(progress(activeAt: UInt64(second)), at: .seconds(second)) }
        #expect(watchdog.verdict(at: .seconds(230)) == nil)
        for second in 201...260 { watchdog.received(progress(activeAt: 200), at: .seconds(second)) }
        #expect(watchdog.verdict(at: .seconds(260)) == nil)
        watchdog.received(progress(activeAt: 200), at: .seconds(261))
        #expect(watchdog.verdict(at: .seconds(261))?.message.contains("done nothing") == true)
    }

    @Test("a paused worker has nothing to do but must speak")
    func paused() {
        var watchdog = running(at: .zero)
        for second in 1...200 { watchdog.received(progress(activeAt: 1, paused: true), at: .seconds(second)) }
        #expect(watchdog.verdict(at: .seconds(200)) == nil)
        #expect(watchdog.verdict(at: .seconds(261)) != nil)
    }

    @Test("commands have to be answered, except those that take as long as they take")
    func commands() {
        var watchdog = Watchdog(limits: Self.limits)
        watchdog.received(.hello(Hello(build: "w")), at: .zero)
        watchdog.sent(.command(id: 1, .verify), at: .seconds(1))
        #expect(watchdog.verdict(at: .seconds(301)) == nil)
        #expect(watchdog.verdict(at: .seconds(302)) != nil)
        watchdog.received(.checkItem(CheckItem(item: "x", level: .pass, facts: "")), at: .seconds(200))
        #expect(watchdog.verdict(at: .seconds(500)) == nil)
        watchdog.received(.answer(Answer(id: 1)), at: .seconds(500))
        watchdog.sent(.command(id: 2, .catchUp), at: .seconds(501))
        #expect(watchdog.verdict(at: .seconds(5000)) == nil)
    }

    @Test("who has said why it fails has to leave soon, whatever else it says")
    func failing() {
        var watchdog = running(at: .zero)
        watchdog.received(.error(Failure(.binlogPurged, "gone", remedy: "")), at: .seconds(10))
        watchdog.received(.error(Failure(.binlogPurged, "gone", remedy: "")), at: .seconds(14))
        watchdog.received(progress(activeAt: 1), at: .seconds(14))
        #expect(watchdog.verdict(at: .seconds(15)) == nil)
        #expect(watchdog.verdict(at: .seconds(16))?.code == .workerUnresponsive)
        watchdog.received(.done(reason: .failed), at: .seconds(15))
        #expect(watchdog.verdict(at: .seconds(100)) == nil)
    }

    @Test("who leaves is not watched")
    func leaving() {
        var asked = running(at: .zero)
        asked.rest()
        #expect(asked.verdict(at: .seconds(1000)) == nil)
        var done = running(at: .zero)
        done.received(.done(reason: .failed), at: .seconds(1))
        #expect(done.verdict(at: .seconds(1000)) == nil)
    }

    @Test("a flood is read at its allowance")
    func meter() {
        var meter = Meter(limit: 3)
        #expect(meter.count(at: .zero) == nil)
        #expect(meter.count(at: .milliseconds(100)) == nil)
        #expect(meter.count(at: .milliseconds(200)) == .milliseconds(800))
        #expect(meter.count(at: .milliseconds(1000)) == nil)
    }
}
