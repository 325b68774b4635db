import SyncModel
import SyncMySQL
import WorkerSchema

/// Whether the servers can be reached and let the task's user in.
enum ConnectionCheck {
    static func run(_ side: Check.Side, _ scope: VerifyScope) -> CheckItem {
        let item = "connect-\(side.rawValue)"
        let threshold = "the \(side.rawValue) can be reached and accepts the user, with the TLS mode that was asked for"
        do {
            let session = try scope.connect(side)
            let tls = session.usesTLS ? "with TLS" : "without TLS"
            return CheckItem(
                item: item,
                level: .pass,
                facts: "\(scope.address(side)) answers as \(try scope.profile(side).version), \(tls)",
                threshold: threshold
            )
        } catch {
            let failure = error.failure(role: side.rawValue, address: scope.address(side), doing: "connecting")
            return CheckItem(
                item: item,
                level: .fail,
                facts: failure.message,
                threshold: threshold,
                remedy: failure.remedy,
                code: failure.code
            )
        }
    }
}
