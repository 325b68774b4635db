import ServiceLifecycle
import SupervisorOutbox

/// The notifier as one of the daemon's services.
struct NotifierService: Service {
    let notifier: Notifier

    func run() async throws { await notifier.run() }
}
