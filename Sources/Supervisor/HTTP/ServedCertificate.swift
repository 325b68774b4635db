import NIOCore
import NIOSSL
import SyncModel
import Synchronization

/// The certificate that the listener on TCP shows, and its key. Others may take their place while it listens: who connects from then on
/// sees them.
package final class ServedCertificate: Sendable {
    /// What was read from two files and belongs together.
    package struct Pair: Sendable {
        fileprivate var chain: [NIOSSLCertificateSource]
        fileprivate var key: NIOSSLPrivateKeySource

        /// - Throws: ``Unusable`` with everything that is wrong with the files.
        package init(_ files: APIServer.Listener.TLSFiles) throws(Unusable) {
            var problems: [String] = []
            func read<Part>(_ what: String, _ path: String, _ body: () throws -> Part) -> Part? {
                do {
                    return try body()
                } catch {
                    problems.append("the \(what) of 'listen', '\(path)', cannot be read: \(error)")
                    return nil
                }
            }
            let chain = read("certificate", files.certificate) { try NIOSSLCertificate.fromPEMFile(files.certificate) }
            if chain?.isEmpty == true { problems.append("'\(files.certificate)' holds no certificate") }
            let key = read("key", files.key) { try NIOSSLPrivateKey(file: files.key, format: .pem) }
            guard problems.isEmpty, let chain, let key else { throw Unusable(problems: problems) }
            (self.chain, self.key) = (chain.map { .certificate($0) }, .privateKey(key))
            do {
                _ = try NIOSSLContext(configuration: configuration)
            } catch {
                throw Unusable(problems: ["the key in '\(files.key)' does not belong to the certificate in '\(files.certificate)'"])
            }
        }

        fileprivate var configuration: TLSConfiguration {
            var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: key)
            configuration.minimumTLSVersion = .tlsv12
            return configuration
        }
    }

    /// Why two files cannot be used.
    package struct Unusable: Error {
        /// Each as a line of its own.
        package var problems: [String]

        var failure: Failure {
            Failure(
                .listenFailed, problems.joined(separator: "; "),
                remedy: "name PEM files that this user may read, the server's certificate first, and the key that it was made for; a key must not have a passphrase")
        }
    }

    private let files: APIServer.Listener.TLSFiles
    private let current = Mutex<Pair?>(nil)

    init(_ files: APIServer.Listener.TLSFiles) { self.files = files }

    /// For the whole time in which it listens.
    /// - Throws: ``Failure`` `listen-failed` when the files cannot be used.
    func configuration() throws(Failure) -> TLSConfiguration {
        let pair: Pair
        do {
            pair = try Pair(files)
        } catch {
            throw error.failure
        }
        serve(pair)
        var configuration = pair.configuration
        configuration.sslContextCallback = { [self] _, promise in
            var override = NIOSSLContextConfigurationOverride()
            if let pair = current.withLock({ $0 }) { (override.certificateChain, override.privateKey) = (pair.chain, pair.key) }
            promise.succeed(override)
        }
        return configuration
    }

    /// Shows this one to those who connect from now on.
    package func serve(_ pair: Pair) { current.withLock { $0 = pair } }
}
