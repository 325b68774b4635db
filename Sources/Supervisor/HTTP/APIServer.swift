import Glibc
import Hummingbird
package import Logging
import ServiceLifecycle
import SupervisorAPI
import SyncModel
import Synchronization

/// Serves the API on the data folder's Unix socket and, when asked to, on TCP.
///
/// The socket is its owner's alone. TCP needs the bearer token of the data folder; on an address that other hosts can
/// reach, the token has to be set by the operator first.
package struct APIServer: Service {
    /// A TCP address to listen on.
    package struct Listener: Sendable, Hashable {
        package var host: String
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
    }

    private let operations: any Operations
    private let folder: String
    private let listener: Listener?
    private let logger: Logger
    private let onReady: @Sendable () async -> Void

    /// - Parameters:
    ///   - folder: the data folder, which exists.
    ///   - onReady: called once, when requests are accepted everywhere.
    package init(
        operations: any Operations,
        folder: String,
        listener: Listener? = nil,
        logger: Logger,
        onReady: @escaping @Sendable () async -> Void = {}
    ) {
        self.operations = operations
        self.folder = folder
        self.listener = listener
        self.logger = logger
        self.onReady = onReady
    }

    /// Runs until graceful shutdown; requests that are being answered are finished first.
    /// - Throws: ``Failure`` `listen-failed` or `not-allowed` when it cannot listen.
    package func run() async throws {
        let socket = DataFolder.socket(in: folder)
        try SocketFile.prepare(socket)
        let token = try listener.map { listener throws(Failure) in
            try BearerToken(folder: folder, mayCreate: listener.isLoopback)
        }
        // Between bind and chmod the socket is open to whom the mask lets in.
        umask(0o077)
        defer { unlink(socket) }
        let countdown = Countdown(from: listener == nil ? 1 : 2, then: onReady)
        var services = [
            service(.unixDomainSocket(path: socket), named: socket, token: nil) {
                chmod(socket, 0o600)
                await countdown.step()
            }
        ]
        if let listener, let token {
            let address = BindAddress.hostname(listener.host, port: listener.port)
            services.append(service(address, named: "\(listener.host):\(listener.port)", token: token, countdown.step))
        }
        try await ServiceGroup(configuration: .init(services: services, logger: logger)).run()
    }

    /// When one address fails, the server of the other one finishes what it is answering.
    private func service(
        _ address: BindAddress,
        named name: String,
        token: BearerToken?,
        _ onRunning: @escaping @Sendable () async -> Void
    ) -> ServiceGroupConfiguration.ServiceConfiguration {
        let application = Application(
            responder: Self.router(for: operations, token: token).buildResponder(),
            configuration: ApplicationConfiguration(address: address, serverName: VersionView.current.program),
            onServerRunning: { _ in await onRunning() },
            logger: logger
        )
        return .init(
            service: AddressedService(application: application, name: name),
            failureTerminationBehavior: .gracefullyShutdownGroup
        )
    }

    private static func router(for operations: any Operations, token: BearerToken?) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
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
