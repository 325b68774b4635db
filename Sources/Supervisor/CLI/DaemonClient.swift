import SupervisorAPI
import SyncCurl
import SyncModel

/// Speaks with the daemon over its Unix socket.
struct DaemonClient {
    private let folder: String
    private let socket: String
    private let curl = CurlClient()

    init(folder: String) {
        self.folder = folder
        socket = DataFolder.socket(in: folder)
    }

    func get<Answer: Decodable>(
        _ path: String,
        query: [(String, String)] = [],
        timeout: Duration? = nil,
        as type: Answer.Type = Answer.self
    ) async throws -> Answer {
        try await send(.get, path, query: query, timeout: timeout)
    }

    func delete<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws -> Answer {
        try await send(.delete, path)
    }

    func post<Answer: Decodable>(_ path: String, as type: Answer.Type = Answer.self) async throws -> Answer {
        try await send(.post, path)
    }

    func post<Answer: Decodable>(_ path: String, _ body: some Encodable, as type: Answer.Type = Answer.self)
        async throws -> Answer
    {
        try await send(.post, path, body: [UInt8](APICodec.encode(body)))
    }

    func put<Answer: Decodable>(_ path: String, _ body: some Encodable, as type: Answer.Type = Answer.self) async throws
        -> Answer
    {
        try await send(.put, path, body: [UInt8](APICodec.encode(body)))
    }

    /// Hands on an answer that may never end, piece by piece, for as long as `receive` says true.
    /// - Throws: ``ExitStatus/failed`` when it said false.
    func stream(_ path: String, query: [(String, String)], to receive: @escaping @Sendable ([UInt8]) -> Bool)
        async throws
    {
        let refusal = Refusal()
        let status = try await mapped {
            try await curl.stream(call(.get, path, query: query)) { piece, status in
                if status == 200 { return receive(piece) }
                refusal.append(piece)
                return true
            }
        }
        guard let status else { throw ExitStatus.failed }
        if status != 200 { throw failure(HTTPAnswer(status: status, body: refusal.bytes)) }
    }

    private func send<Answer: Decodable>(
        _ method: HTTPCall.Method,
        _ path: String,
        query: [(String, String)] = [],
        body: [UInt8]? = nil,
        timeout: Duration? = nil
    ) async throws -> Answer {
        let answer = try await mapped {
            try await curl.call(call(method, path, query: query, body: body, timeout: timeout))
        }
        guard (200..<300).contains(answer.status) else { throw failure(answer) }
        do {
            return try APICodec.decode(from: answer.body)
        } catch is DecodingError {
            throw Failure(
                .internalError,
                "the daemon's answer to \(path) cannot be understood",
                remedy: "use the command line and the daemon of the same version",
                kind: .permanent
            )
        }
    }

    private func call(
        _ method: HTTPCall.Method,
        _ path: String,
        query: [(String, String)],
        body: [UInt8]? = nil,
        timeout: Duration? = nil
    ) -> HTTPCall {
        let query = query.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
        return HTTPCall(
            method,
            url: "http://localhost\(path)\(query.isEmpty ? "" : "?\(query)")",
            unixSocket: socket,
            headers: ["\(DataFolder.requesterHeader): \(Surroundings.current.user)"] + (body == nil ? [] : ["Content-Type: application/json"]),
            body: body,
            timeout: timeout
        )
    }

    /// Percent-encoded, but for what stands for itself anywhere (RFC 3986, section 2.3): names of tables may hold anything.
    private static func encoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            let character = Character(UnicodeScalar(byte))
            if byte < 128, character.isLetter || character.isNumber || "-._~:".contains(character) {
                result.append(character)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
    }

    private func mapped<Value: Sendable>(_ operation: () async throws -> Value) async throws -> Value {
        guard socket.utf8.count <= DataFolder.maximumSocketPathLength else {
            throw Failure(
                .notReachable,
                "the path of the socket, '\(socket)', is longer than \(DataFolder.maximumSocketPathLength) bytes",
                remedy: "use a data folder with a shorter path, or a relative one"
            )
        }
        do {
            return try await operation()
        } catch let error as CurlError {
            if error.code == .timedOut {
                throw Failure(
                    .timedOut,
                    "the daemon did not answer in time",
                    remedy: "look at its log",
                    kind: .transient
                )
            }
            // Where nothing listens, curl's message speaks of the URL's host, which has no part in it.
            let cause = error.code == .couldNotConnect ? "" : ": \(error.message)"
            throw Failure(
                .notReachable,
                "no daemon answers on '\(socket)'\(cause)",
                remedy: "start it with 'dts-supervisor serve --data \(folder)'",
                kind: .transient
            )
        }
    }

    private func failure(_ answer: HTTPAnswer) -> Failure {
        if let body = try? APICodec.decode(ErrorBody.self, from: answer.body) { return body.failure }
        return Failure(
            .internalError,
            "the daemon answered with HTTP status \(answer.status)",
            remedy: "look at its log",
            kind: .permanent
        )
    }
}
