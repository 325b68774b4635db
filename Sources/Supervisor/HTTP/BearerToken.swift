import Glibc
import Hummingbird
import Logging
import SupervisorAPI
import SyncModel

/// The word that every request over TCP has to bring: `DIR/token`, readable by its owner only.
struct BearerToken: Sendable {
    private static let minimumLength = 16
    private let word: [UInt8]

    /// Reads the token; makes one when there is none and `mayCreate`.
    /// - Throws: when the file can be read by others, is too short, or is missing.
    init(folder: String, mayCreate: Bool) throws(Failure) {
        let path = DataFolder.token(in: folder)
        var status = stat()
        if lstat(path, &status) != 0 {
            guard errno == ENOENT, mayCreate else {
                throw Self.failure(
                    "a listener that other hosts can reach needs a token, and '\(path)' cannot be read",
                    "write a secret word of at least \(Self.minimumLength) characters to '\(path)' and chmod it to 600"
                )
            }
            try Self.create(path)
            guard lstat(path, &status) == 0 else {
                throw Self.failure("cannot read '\(path)'", "check the data folder")
            }
        }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 == 0 else {
            throw Self.failure("'\(path)' is not a file that only its owner can read", "chmod 600 '\(path)'")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw Self.failure("cannot read '\(path)'", "check the data folder") }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &buffer, buffer.count)
        word = [UInt8](buffer.prefix(max(0, count)).prefix { $0 > UInt8(ascii: " ") })
        guard word.count >= Self.minimumLength else {
            throw Self.failure("the token in '\(path)' is too short", "use at least \(Self.minimumLength) characters")
        }
    }

    /// Takes as long for a nearly right word as for a wrong one.
    func matches(_ header: String?) -> Bool {
        let prefix = "Bearer "
        guard let header, header.hasPrefix(prefix) else { return false }
        let given = Array(header.utf8.dropFirst(prefix.utf8.count))
        guard given.count == word.count else { return false }
        return zip(given, word).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func create(_ path: String) throws(Failure) {
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef".utf8)
        var text = (0..<64).map { _ in digits[Int(generator.next(upperBound: UInt(16)))] }
        text.append(UInt8(ascii: "\n"))
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("cannot write '\(path)'", "check the data folder") }
        defer { close(descriptor) }
        guard write(descriptor, text, text.count) == text.count else {
            unlink(path)
            throw failure("cannot write '\(path)'", "check the free space of the data folder")
        }
    }

    private static func failure(_ message: String, _ remedy: String) -> Failure {
        Failure(.listenFailed, message, remedy: remedy)
    }
}

/// Lets only those in who bring the token.
struct TokenGate: RouterMiddleware {
    let token: BearerToken
    let failedLogins = FailedLogins()
    /// How long a wrong token is let wait once too many have come.
    let delay = Duration.seconds(1)

    func handle(
        _ request: Request,
        context: APIContext,
        next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        // Those who bring the right one are let in whatever others do, who may come from the same address.
        if token.matches(request.headers[.authorization]) { return try await next(request, context) }
        let peer = context.peer ?? ""
        guard !failedLogins.isShut(peer) else {
            // Each guess takes a second of one of a bounded number of connections.
            try await Task.sleep(for: delay)
            throw Failure(
                .tooManyAttempts,
                "too many requests with a wrong token have come from \(peer)",
                remedy: "send the word in the file 'token' of the data folder",
                kind: .transient
            )
        }
        // Who brings none does not guess; a proxy may ask for many who do not.
        if request.headers[.authorization] != nil, failedLogins.failed(peer) {
            context.logger.warning("Too many wrong tokens: more of them are answered slowly for a minute", metadata: ["peer": "\(peer)"])
        }
        throw Failure(
            .unauthorized,
            "the request brings no valid token",
            remedy: "send 'Authorization: Bearer TOKEN' with the word in the file 'token' of the data folder"
        )
    }
}
