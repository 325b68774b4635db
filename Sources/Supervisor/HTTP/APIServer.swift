import Glibc
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
import ServiceLifecycle
import SupervisorAPI
import SyncModel
import Synchronization

/// Serves the API on the data folder's Unix socket and, when asked to, on TCP.
///
/// The socket is its owner's alone. TCP needs the bearer token of the data folder; an address that other hosts can reach also
/// needs TLS and a token that the operator has set.
package struct APIServer: Service {
    /// Connections over TCP at once; more wait until one of them ends. The Unix socket has no such limit.
    static let maximumConnections = 256

    private let operations: any Operations
    private let folder: String
    private let listener: Listener?
    private let logger: Logger
    private let onReady: @Sendable () async -> Void
    /// How long a connection over TCP may be without a whole request's head.
    private let idleLimit: Duration
    private let restLimit: Duration
    /// nil: it does not listen, or without TLS.
    package let certificate: ServedCertificate?

    /// - Parameters:
    ///   - folder: the data folder, which exists.
    ///   - idleLimit: how long a connection over TCP may take until a request's head is complete, TLS included, or be without one.
    ///   - restLimit: how long what is left of a request's body is read once it is answered.
    ///   - onReady: called once, when requests are accepted everywhere.
    package init(
        operations: any Operations,
        folder: String,
        listener: Listener? = nil,
        logger: Logger,
        idleLimit: Duration = .seconds(30),
        restLimit: Duration = .seconds(10),
        onReady: @escaping @Sendable () async -> Void = {}
    ) {
        self.operations = operations
        self.folder = folder
        self.listener = listener
        self.logger = logger
        self.idleLimit = idleLimit
        self.restLimit = restLimit
        certificate = listener?.tls.map { ServedCertificate($0) }
        self.onReady = onReady
    }

    /// Runs until graceful shutdown; requests that are being answered are finished first.
    /// - Throws: ``Failure`` `listen-failed` or `not-allowed` when it cannot listen.
    package func run() async throws {
        let socket = DataFolder.socket(in: folder)
        try listener?.requirePrivacy()
        let tls = try certificate?.configuration()
        try SocketFile.prepare(socket)
        let token = try listener.map { listener throws(Failure) in
            try BearerToken(folder: folder, mayCreate: listener.isLoopback)
        }
        // Between bind and chmod the socket is open to whom the mask lets in.
        umask(0o077)
        defer { unlink(socket) }
        let countdown = Countdown(from: listener == nil ? 1 : 2, then: onReady)
        var services = [
            service(.unixDomainSocket(path: socket), named: socket, token: nil, .http1()) {
                chmod(socket, 0o600)
                await countdown.step()
            }
        ]
        if let listener, let token {
            let address = BindAddress.hostname(listener.host, port: listener.port)
            let plain = HTTPServerBuilder.http1(configuration: .init(idleTimeout: .init(idleLimit)))
            let server = try tls.map { try HTTPServerBuilder.tls(plain, tlsConfiguration: $0) } ?? plain
            services.append(service(address, named: listener.name, token: token, server, countdown.step))
        }
        try await ServiceGroup(configuration: .init(services: services, logger: logger)).run()
    }

    /// When one address fails, the server of the other one finishes what it is answering.
    private func service(
        _ address: BindAddress,
        named name: String,
        token: BearerToken?,
        _ server: HTTPServerBuilder,
        _ onRunning: @escaping @Sendable () async -> Void
    ) -> ServiceGroupConfiguration.ServiceConfiguration {
        let application = Application(
            responder: Self.router(for: operations, token: token, restLimit).buildResponder(),
            server: server,
            configuration: ApplicationConfiguration(
                address: address,
                serverName: VersionView.current.program,
                availableConnectionsDelegate: token.map { _ in MaximumAvailableConnections(Self.maximumConnections, logger: logger) }
            ),
            onServerRunning: { _ in await onRunning() },
            logger: logger
        )
        return .init(
            service: AddressedService(application: application, name: name),
            failureTerminationBehavior: .gracefullyShutdownGroup
        )
    }

    private static func router(for operations: any Operations, token: BearerToken?, _ restLimit: Duration) -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: RestOfBody(timeLimit: restLimit))
        router.add(middleware: ErrorAnswers())
        if let token { router.add(middleware: TokenGate(token: token)) }
        router.add(middleware: KnownParameters())
        router.add(middleware: RequesterNote(unnamed: token == nil ? "the API" : "the API over TCP"))
        let api = router.group("api").group("v1")
        api.get("version") { _, _ in try Answer.json(VersionView.current) }
        TaskRoutes(operations: operations).add(to: api)
        PairRoutes(operations: operations).add(to: api)
        ConflictRoutes(operations: operations).add(to: api)
        WaitRoute(operations: operations).add(to: api)
        NoticeRoutes(operations: operations).add(to: api)
        TopologyRoute(operations: operations).add(to: api)
        BillingRoutes(operations: operations).add(to: api)
        return router
    }
}

/// One address of the server, which says so when it cannot listen there.
private struct AddressedService: Service {
    let application: any ApplicationProtocol
    let name: String

    func run() async throws {
        do {
            try await application.run()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Failure(.listenFailed, "cannot listen on \(name): \(error)", remedy: "choose an address that is free")
        }
    }
}

/// Calls its closure at the last of a number of steps.
private final class Countdown: Sendable {
    private let left: Mutex<Int>
    private let then: @Sendable () async -> Void

    init(from count: Int, then: @escaping @Sendable () async -> Void) {
        left = Mutex(count)
        self.then = then
    }

    func step() async {
        let isLast = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isLast { await then() }
    }
}
