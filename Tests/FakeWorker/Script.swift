import Glibc
import SyncModel
import SyncWire

/// The course of one fake worker.
struct Script {
    private var behaviour: Behaviour
    private var options: [String: String] = [:]
    private var configuration: Configuration?
    private var isRunning = false
    private var isPaused = false
    private var number: UInt64 = 0

    /// `FakeWorker [BEHAVIOUR] [KEY=VALUE …]`
    init(arguments: [String]) {
        behaviour = arguments.dropFirst().first.flatMap(Behaviour.init(rawValue:)) ?? .wellBehaved
        for argument in arguments.dropFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { options[String(parts[0])] = String(parts[1]) }
        }
    }

    mutating func run(_ wire: inout Wire) {
        if behaviour == .ignoresTerminate { signal(SIGTERM, SIG_IGN) }
        greet(wire)
        while true {
            if let message = wire.next(milliseconds: isRunning ? 100 : -1) {
                handle(message, &wire)
            } else if wire.isClosed {
                if behaviour == .ignoresTerminate || behaviour == .hang { sleepForEver() }
                exit(0)
            } else if isRunning {
                number += 1
                wire.say(.progress(progress))
                misbehave(&wire)
            }
        }
    }

    private func greet(_ wire: Wire) {
        switch behaviour {
        case .slowHello: sleepForEver()
        case .noHello: wire.say(.phase(.incremental))
        case .wrongVersion: wire.say(.hello(Hello(minVersion: 900, maxVersion: 901, build: "fake")))
        default: wire.say(.hello(Hello(build: "fake")))
        }
    }

    private mutating func handle(_ message: SupervisorMessage, _ wire: inout Wire) {
        guard case .command(let id, let command) = message else { return }
        switch command {
        case .configure(let configuration):
            self.configuration = configuration
            if let database = configuration.spec.objects.first?.database, database.hasPrefix("fake-"),
                let named = Behaviour(rawValue: String(database.dropFirst("fake-".count)))
            {
                behaviour = named
                if named == .ignoresTerminate { signal(SIGTERM, SIG_IGN) }
            }
            wire.log("configured \(configuration.spec.name)")
            if behaviour == .confesses { confess(wire) }
            wire.say(.answer(Answer(id: id)))
        case .verify:
            wire.say(.checkItem(CheckItem(item: "connect-source", level: .pass, facts: "fake")))
            if behaviour == .failsVerification {
                wire.say(
                    .checkItem(
                        CheckItem(
                            item: "binlog-format",
                            level: .fail,
                            facts: "STATEMENT",
                            threshold: "ROW",
                            remedy: "SET GLOBAL binlog_format = ROW",
                            code: .binlogFormat,
                            skippable: true
                        )
                    )
                )
            }
            wire.say(.answer(Answer(id: id)))
        case .prepare:
            wire.say(.answer(Answer(id: id, position: BinlogPosition(file: "binlog.000001", offset: 4))))
        case .inspect:
            let state = options["target"].flatMap(TargetState.init(rawValue:)) ?? .empty
            wire.say(.answer(Answer(id: id, targetState: state)))
        case .definitions: wire.say(.answer(Answer(id: id, items: [])))
        case .testConnection:
            wire.say(.answer(Answer(id: id, items: [CheckItem(item: "connect-source", level: .pass, facts: "fake")])))
        case .run:
            wire.say(.answer(Answer(id: id)))
            start(wire)
        case .catchUp:
            wire.say(.answer(Answer(id: id, position: BinlogPosition(), counts: Counts(), unresolvedConflicts: 0)))
        case .pause:
            isPaused = true
            wire.say(.answer(Answer(id: id)))
        case .resume:
            isPaused = false
            wire.say(.answer(Answer(id: id)))
        case .stop:
            if behaviour == .ignoresTerminate { return }
            wire.say(.answer(Answer(id: id)))
            wire.say(.done(reason: .stopped))
            if behaviour == .lingers { return }
            exit(0)
        case .measure:
            wire.say(.answer(Answer(id: id, lagMs: 0, backlogBytes: 0)))
        case .limit, .resolve, .decide, .follow, .cleanUp:
            wire.say(.answer(Answer(id: id)))
        }
    }

    private mutating func start(_ wire: Wire) {
        let facts = ServerFacts(type: "mysql", host: "fake", port: 3306, server: "9.7.0-fake", serverUUID: "0-0")
        wire.say(.ready(source: facts, target: facts))
        wire.say(.phase(.incremental))
        wire.say(.progress(progress))
        isRunning = true
    }

    private var progress: Progress {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let microseconds = UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1000
        return Progress(
            phase: .incremental,
            paused: isPaused,
            position: BinlogPosition(file: "binlog.000001", offset: 4 + number),
            lagMs: 1,
            counts: Counts(transactions: number),
            rssBytes: 1 << 20,
            activeAt: behaviour == .freeze ? 1 : microseconds
        )
    }

    private mutating func misbehave(_ wire: inout Wire) {
        switch behaviour {
        case .crash: raise(SIGKILL)
        case .exit: exit(3)
        case .hang: sleepForEver()
        case .garbage: wire.raw(Array("MySQL client version 1.2.3 loaded\n".utf8))
        case .longLine: wire.raw([UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20) + [0x0A])
        case .wrongWord: wire.raw(Array("{\"type\":\"phase\",\"phase\":\"copying\"}\n".utf8))
        case .halfLine:
            wire.raw(Array("{\"type\":\"prog".utf8))
            exit(0)
        case .unknownMessage: wire.raw(Array("{\"type\":\"weather\",\"sun\":true}\n".utf8))
        case .flood:
            for _ in 0..<5000 { wire.say(.progress(progress)) }
        case .stderrFlood:
            for line in 0..<20000 { wire.log("line \(line) of many that nobody wants to read, again and again") }
        case .conflict: conflict(wire)
        case .transient:
            fail(wire, Failure(.connectionLost, "the server went away", remedy: "wait", kind: .transient), .failed)
        case .permanent: fail(wire, Failure(.binlogPurged, "the log is gone", remedy: "start anew"), .failed)
        case .onlyError:
            wire.say(.error(Failure(.binlogPurged, "the log is gone", remedy: "start anew")))
            sleepForEver()
        case .done:
            wire.say(.done(reason: .stopped))
            exit(0)
        case .closesOutput:
            close(1)
            close(2)
            behaviour = .wellBehaved
            sleepForEver()
        default: break
        }
    }

    private func confess(_ wire: Wire) {
        for argument in CommandLine.arguments { wire.log("argument \(argument)") }
        var entry = environ
        while let text = entry.pointee {
            wire.log("variable \(String(cString: text))")
            entry += 1
        }
        wire.log("confessed")
    }

    private func conflict(_ wire: Wire) {
        wire.say(
            .conflict(
                ConflictRecord(
                    sequence: 1,
                    kind: .insertExists,
                    database: "shop",
                    table: "orders",
                    key: [NamedValue(column: "id", value: "7")],
                    before: nil,
                    after: [NamedValue(column: "id", value: "7")],
                    current: [NamedValue(column: "id", value: "7")],
                    position: BinlogPosition(),
                    decision: .reported,
                    at: 1
                )
            )
        )
        fail(
            wire,
            Failure(.conflictReported, "a conflict on shop.orders", remedy: "conflict resolve 1 --take source"),
            .failed
        )
    }

    private func fail(_ wire: Wire, _ failure: Failure, _ reason: WorkerMessage.DoneReason) {
        wire.say(.error(failure))
        wire.say(.done(reason: reason))
        exit(1)
    }

    private func sleepForEver() {
        while true { sleep(1000) }
    }
}
