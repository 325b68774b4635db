import FoundationEssentials
import SyncModel
import SyncWire
import Testing

@Suite("Messages on the wire")
struct GoldenLineTests {
    @Test("every message for a worker is its line, and the line is the message", arguments: Samples.toWorker.indices)
    func toWorker(index: Int) throws {
        let sample = Samples.toWorker[index]
        #expect(String(decoding: try LineCodec.encode(sample.message), as: UTF8.self) == sample.line + "\n")
        #expect(try LineCodec.decode(SupervisorMessage.self, from: sample.line.utf8) == sample.message)
    }

    @Test("every message of a worker is its line, and the line is the message", arguments: Samples.fromWorker.indices)
    func fromWorker(index: Int) throws {
        let sample = Samples.fromWorker[index]
        #expect(String(decoding: try LineCodec.encode(sample.message), as: UTF8.self) == sample.line + "\n")
        #expect(try LineCodec.decode(WorkerMessage.self, from: sample.line.utf8) == sample.message)
    }

    @Test("there is a sample of every type")
    func complete() {
        let commands = Samples.toWorker.compactMap { sample in
            if case .command(_, let command) = sample.message { command.type } else { nil }
        }
        #expect(
            Set(commands) == [
                "configure", "verify", "prepare", "inspect", "test-connection", "run", "pause", "resume", "stop", "limit", "catch-up",
                "resolve", "decide", "definitions", "follow", "measure",
                "clean-up",
            ]
        )
        let types = Set(
            Samples.fromWorker.map { $0.line.split(separator: #""type":""#).last?.prefix { $0 != "\"" } ?? "" }
        )
        #expect(types == ["hello", "answer", "ready", "phase", "progress", "conflict", "ddl-not-carried", "check-item", "error", "done"])
    }

    @Test("fields of a later version are ignored")
    func unknownFields() throws {
        let line = #"{"type":"phase","phase":"data","since":7,"nested":{"a":[1]}}"#
        #expect(try LineCodec.decode(WorkerMessage.self, from: line.utf8) == .phase(.data))
    }

    @Test("optional fields may be missing")
    func missingFields() throws {
        let line = #"{"type":"answer","id":3}"#
        #expect(try LineCodec.decode(WorkerMessage.self, from: line.utf8) == .answer(Answer(id: 3)))
    }

    @Test("types of a later version are known to be unknown, with the id that wants an answer")
    func unknownTypes() throws {
        #expect(
            try LineCodec.decode(SupervisorMessage.self, from: #"{"type":"dance","id":4}"#.utf8)
                == .unknown(type: "dance", id: 4)
        )
        #expect(try LineCodec.decode(WorkerMessage.self, from: #"{"type":"dance"}"#.utf8) == .unknown(type: "dance"))
    }

    @Test(
        "what is no message is an error, never a trap",
        arguments: [
            "", "{", "[]", "null", "{}", #"{"type":7}"#, #"{"type":"phase"}"#, #"{"type":"phase","phase":"x"}"#,
            "\u{0}",
        ]
    )
    func illegible(line: String) {
        #expect(throws: (any Error).self) { try LineCodec.decode(WorkerMessage.self, from: line.utf8) }
    }

    @Test("every part of every line but the whole is an error, never a trap")
    func prefixes() {
        for sample in Samples.fromWorker {
            let bytes = Array(sample.line.utf8)
            for length in stride(from: 0, to: bytes.count, by: 7) {
                #expect(throws: (any Error).self) { try LineCodec.decode(WorkerMessage.self, from: bytes[..<length]) }
            }
        }
    }

    @Test("numbers as great as they can be are no trap, and greater ones are refused by the name of their field")
    func greatNumbers() throws {
        let line = try #require(Samples.fromWorker.first { $0.line.contains(#""type":"progress""#) }?.line)
        let greatest = "9007199254740991"
        let great = line.replacing(#/"([a-z_]+)":\d+/#) { "\"\($0.output.1)\":\(greatest)" }
        guard case .progress(let progress) = try LineCodec.decodeWorkerMessage(Array(great.utf8)) else {
            Issue.record("no progress")
            return
        }
        #expect(progress.counts.inserts == 9_007_199_254_740_991)
        for (field, value) in [("inserts", "9007199254740992"), ("tables_done", "9007199254740992"), ("offset", "18446744073709551615")] {
            let tooGreat = great.replacing("\"\(field)\":\(greatest)", with: "\"\(field)\":\(value)")
            let problem = #expect(throws: MessageProblem.self) { try LineCodec.decodeWorkerMessage(Array(tooGreat.utf8)) }
            #expect(problem?.description.contains("\(field)': found \(value); allowed: a whole number, 0 to \(greatest)") == true)
        }
    }

    /// Lines that are no message, and what is said about them.
    static let refusals: [(line: String, says: String)] = [
        ("", "a line of 0 bytes that is not JSON; allowed: one JSON object on each line, in UTF-8"),
        ("MySQL client loaded", "a line of 19 bytes that is not JSON; allowed: one JSON object on each line, in UTF-8"),
        ("[1]", "a line that is JSON but a list; allowed: an object"),
        ("{}", "a message whose field 'type' is missing; allowed: a text that names the message"),
        (#"{"type":7}"#, "a message whose field 'type' is a number; allowed: a text that names the message"),
        (#"{"type":"phase","phase":"copying"}"#, "the message 'phase' with the field 'phase': found 'copying'; allowed: structure, data, incremental"),
        (#"{"type":"phase"}"#, "the message 'phase' with the field 'phase' missing; it is mandatory"),
        (#"{"type":"done","reason":null}"#, "the message 'done' with the field 'reason': found null; allowed: stopped, failed"),
        (#"{"type":"answer","id":-1}"#, "the message 'answer' with the field 'id': found -1; allowed: a whole number, 0 to 9007199254740991"),
        (#"{"type":"answer","id":"7"}"#, "the message 'answer' with the field 'id': found a text; allowed: a whole number, 0 to 9007199254740991"),
        (#"{"type":"answer","id":7,"target_state":"full"}"#, "the message 'answer' with the field 'target_state': found 'full'; allowed: empty, structure-only, has-data"),
        (
            #"{"type":"error","failure":{"code":"x","message":"m","remedy":"r","kind":"bad"}}"#,
            "the message 'error' with the field 'failure.kind': found 'bad'; allowed: transient, needs-operator, permanent"
        ),
        (
            #"{"type":"answer","id":1,"items":[{"item":"x","level":"good","facts":""}]}"#,
            "the message 'answer' with the field 'items[0].level': found 'good'; allowed: pass, alarm, fail, skipped"
        ),
        (
            #"{"type":"ready","source":{"type":"mysql","host":"h","port":70000,"server":"s","server_uuid":"u"},"target":{"type":"mysql","host":"h","port":1,"server":"s","server_uuid":"u"}}"#,
            "the message 'ready' with the field 'source.port': found 70000; allowed: a whole number, 0 to 65535"
        ),
        // What may be the content of a row is not told.
        (
            #"{"type":"conflict","record":{"sequence":1,"kind":"insert_exists","database":"d","table":"t","key":[{"column":"c","value":["s3cret"]}]}}"#,
            "the message 'conflict' with the field 'record.key[0].value': found a list; allowed: a text"
        ),
    ]

    @Test("what is no message is refused with the message, the field, what was found and what is allowed", arguments: refusals.indices)
    func refusal(index: Int) {
        let problem = #expect(throws: MessageProblem.self) { try LineCodec.decodeWorkerMessage(Array(Self.refusals[index].line.utf8)) }
        #expect(problem?.description == Self.refusals[index].says)
    }

    @Test("versions are agreed upon where the ranges meet")
    func versions() {
        let own = Hello(minVersion: 2, maxVersion: 4, build: "")
        #expect(own.agrees(with: Hello(minVersion: 4, maxVersion: 9, build: "")))
        #expect(own.agrees(with: Hello(minVersion: 1, maxVersion: 2, build: "")))
        #expect(!own.agrees(with: Hello(minVersion: 5, maxVersion: 9, build: "")))
        #expect(!own.agrees(with: Hello(minVersion: 1, maxVersion: 1, build: "")))
    }

    @Test("passwords are printed nowhere but on the wire")
    func secrets() {
        let printed = "\(Samples.configuration) \(String(reflecting: Samples.configuration))"
        #expect(!printed.contains("pw-a"))
        #expect(!printed.contains("pw-b"))
        var dumped = ""
        dump(Samples.configuration, to: &dumped)
        #expect(!dumped.contains("pw-a"))
    }

    @Test("the documentation shows every line as it is")
    func documentation() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = String(
            decoding: try Data(contentsOf: root.deletingLastPathComponent().appending(path: "docs/protocol.md")),
            as: UTF8.self
        )
        let lines = Set(text.split(separator: "\n").map(String.init))
        for line in Samples.toWorker.map(\.line) + Samples.fromWorker.map(\.line) {
            let isShown = lines.contains(line)
            #expect(isShown, "not in docs/protocol.md: \(line)")
        }
    }
}
