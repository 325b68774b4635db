import Logging
import ServiceLifecycle
import SupervisorConfig
import SupervisorHTTP
import SupervisorNotices
import SyncCurl
import SyncModel
import UnixSignals

/// Reads the daemon's file again at each SIGHUP, and the certificate that it listens with. What is not valid changes nothing.
struct SettingsReload: Service {
    let signals: UnixSignalsSequence
    let live: LiveSettings
    /// What the daemon began with, command line included.
    let started: DaemonFile
    /// nil: there is no file.
    let read: (@Sendable () throws -> DaemonFile)?
    /// nil: nothing is listened to with TLS.
    let certificate: ServedCertificate?
    let logger: Logger

    func run() async throws {
        var current = started
        for await _ in signals.cancelOnGracefulShutdown() {
            guard let read else {
                logger.warning("Nothing to read again: the daemon was started without --config")
                continue
            }
            do {
                let (next, pair) = try await BlockingThread.run { [certificate] in
                    let next = try read()
                    // The files may hold others under the same names.
                    let files = certificate == nil ? nil : next.tls.map { APIServer.Listener.TLSFiles(certificate: $0.certificate, key: $0.key) }
                    return (next, try files.map { files throws(ServedCertificate.Unusable) in try ServedCertificate.Pair(files) })
                }
                if let pair { certificate?.serve(pair) }
                takeUp(next, after: current)
                current = next
            } catch {
                refuse(error)
            }
        }
    }

    private func takeUp(_ next: DaemonFile, after current: DaemonFile) {
        let lines = SettingsDiff.lines(from: current, to: next)
        live.replace(with: next.reloadable)
        logger.info("Settings read again", metadata: ["changes": "\(lines.count)"])
        for line in lines { logger.info("Setting \(line)") }
    }

    private func refuse(_ error: any Error) {
        let problems =
            switch error {
            case let file as InvalidFile: file.description.split(separator: "\n").map(String.init)
            case let unusable as ServedCertificate.Unusable: unusable.problems
            case let failure as Failure: [failure.message]
            default: ["the file cannot be read"]
            }
        logger.error("The settings stay as they were: the file has \(problems.count == 1 ? "a problem" : "\(problems.count) problems")")
        for problem in problems { logger.error("\(problem)") }
    }
}
