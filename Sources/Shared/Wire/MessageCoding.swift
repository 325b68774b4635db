import SyncModel

/// `{"type":"…", …}`: the type word first, the payload's fields beside it. Unknown fields are ignored.
private enum Key: String, CodingKey {
    case type, id, through, limits, conflict, take, source, target, phase, reason, configuration, record, item, failure
    case statement, sql, routes, position, adopts
}

extension SupervisorMessage: Codable {
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        let type = try fields.decode(String.self, forKey: .type)
        if type == "hello" {
            self = .hello(try Hello(from: decoder))
            return
        }
        if type == "conflicts-stored" {
            self = .conflictsStored(through: try fields.decode(UInt64.self, forKey: .through))
            return
        }
        if type == "statements-stored" {
            self = .statementsStored(through: try fields.decode(UInt64.self, forKey: .through))
            return
        }
        guard let command = try Command(type: type, fields: fields) else {
            self = .unknown(type: type, id: try fields.decodeIfPresent(UInt64.self, forKey: .id))
            return
        }
        self = .command(id: try fields.decode(UInt64.self, forKey: .id), command)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .hello(let hello):
            try fields.encode("hello", forKey: .type)
            try hello.encode(to: encoder)
        case .conflictsStored(let through):
            try fields.encode("conflicts-stored", forKey: .type)
            try fields.encode(through, forKey: .through)
        case .statementsStored(let through):
            try fields.encode("statements-stored", forKey: .type)
            try fields.encode(through, forKey: .through)
        case .unknown(let type, let id):
            try fields.encode(type, forKey: .type)
            try fields.encodeIfPresent(id, forKey: .id)
        case .command(let id, let command):
            try fields.encode(command.type, forKey: .type)
            try fields.encode(id, forKey: .id)
            try command.encodePayload(to: &fields)
        }
    }
}

extension Command {
    /// The word of this command on the wire.
    package var type: String {
        switch self {
        case .configure: "configure"
        case .verify: "verify"
        case .prepare: "prepare"
        case .inspect: "inspect"
        case .testConnection: "test-connection"
        case .measure: "measure"
        case .run: "run"
        case .pause: "pause"
        case .resume: "resume"
        case .stop: "stop"
        case .limit: "limit"
        case .catchUp: "catch-up"
        case .resolve: "resolve"
        case .decide: "decide"
        case .definitions: "definitions"
        case .follow: "follow"
        case .cleanUp: "clean-up"
        }
    }

    fileprivate init?(type: String, fields: KeyedDecodingContainer<Key>) throws {
        switch type {
        case "configure": self = .configure(try fields.decode(Configuration.self, forKey: .configuration))
        case "verify": self = .verify
        case "prepare": self = .prepare
        case "inspect": self = .inspect
        case "test-connection": self = .testConnection
        case "measure": self = .measure(try fields.decode(BinlogPosition.self, forKey: .position))
        case "run": self = .run
        case "pause": self = .pause
        case "resume": self = .resume
        case "stop": self = .stop
        case "limit": self = .limit(try fields.decode(Limits.self, forKey: .limits))
        case "catch-up": self = .catchUp
        case "resolve":
            self = .resolve(
                conflict: try fields.decode(UInt64.self, forKey: .conflict), take: try fields.decode(Side.self, forKey: .take))
        case "decide":
            self = .decide(
                StatementDecision(
                    statement: try fields.decode(String.self, forKey: .statement),
                    replacement: try fields.decodeIfPresent(String.self, forKey: .sql)))
        case "definitions": self = .definitions(adopts: try fields.decode(Bool.self, forKey: .adopts))
        case "follow": self = .follow(try fields.decode(TaskRoutes.self, forKey: .routes))
        case "clean-up": self = .cleanUp
        default: return nil
        }
    }

    fileprivate func encodePayload(to fields: inout KeyedEncodingContainer<Key>) throws {
        switch self {
        case .configure(let configuration): try fields.encode(configuration, forKey: .configuration)
        case .limit(let limits): try fields.encode(limits, forKey: .limits)
        case .resolve(let conflict, let side):
            try fields.encode(conflict, forKey: .conflict)
            try fields.encode(side, forKey: .take)
        case .decide(let decision):
            try fields.encode(decision.statement, forKey: .statement)
            try fields.encodeIfPresent(decision.replacement, forKey: .sql)
        case .definitions(let adopts): try fields.encode(adopts, forKey: .adopts)
        case .follow(let routes): try fields.encode(routes, forKey: .routes)
        case .measure(let position): try fields.encode(position, forKey: .position)
        case .verify, .prepare, .inspect, .testConnection, .run, .pause, .resume, .stop, .catchUp, .cleanUp: break
        }
    }
}

extension WorkerMessage: Codable {
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        switch try fields.decode(String.self, forKey: .type) {
        case "hello": self = .hello(try Hello(from: decoder))
        case "answer": self = .answer(try Answer(from: decoder))
        case "ready":
            self = .ready(
                source: try fields.decode(ServerFacts.self, forKey: .source),
                target: try fields.decode(ServerFacts.self, forKey: .target))
        case "phase": self = .phase(try fields.decode(TaskPhase.self, forKey: .phase))
        case "progress": self = .progress(try Progress(from: decoder))
        case "conflict": self = .conflict(try fields.decode(ConflictRecord.self, forKey: .record))
        case "ddl-not-carried":
            self = .ddlNotCarried(try fields.decode(UncarriedStatement.self, forKey: .statement))
        case "check-item": self = .checkItem(try fields.decode(CheckItem.self, forKey: .item))
        case "error": self = .error(try fields.decode(Failure.self, forKey: .failure))
        case "done": self = .done(reason: try fields.decode(DoneReason.self, forKey: .reason))
        case let type: self = .unknown(type: type)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .hello(let hello):
            try fields.encode("hello", forKey: .type)
            try hello.encode(to: encoder)
        case .answer(let answer):
            try fields.encode("answer", forKey: .type)
            try answer.encode(to: encoder)
        case .ready(let source, let target):
            try fields.encode("ready", forKey: .type)
            try fields.encode(source, forKey: .source)
            try fields.encode(target, forKey: .target)
        case .phase(let phase):
            try fields.encode("phase", forKey: .type)
            try fields.encode(phase, forKey: .phase)
        case .progress(let progress):
            try fields.encode("progress", forKey: .type)
            try progress.encode(to: encoder)
        case .conflict(let record):
            try fields.encode("conflict", forKey: .type)
            try fields.encode(record, forKey: .record)
        case .ddlNotCarried(let statement):
            try fields.encode("ddl-not-carried", forKey: .type)
            try fields.encode(statement, forKey: .statement)
        case .checkItem(let item):
            try fields.encode("check-item", forKey: .type)
            try fields.encode(item, forKey: .item)
        case .error(let failure):
            try fields.encode("error", forKey: .type)
            try fields.encode(failure, forKey: .failure)
        case .done(let reason):
            try fields.encode("done", forKey: .type)
            try fields.encode(reason, forKey: .reason)
        case .unknown(let type):
            try fields.encode(type, forKey: .type)
        }
    }
}
