import ArgumentParser
import SupervisorAPI

/// `billing show`.
struct BillingShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what is free or paid for until when."
    )

    @OptionGroup var daemon: DaemonOptions

    func run() async throws {
        let billing: BillingView = try await daemon.client.get(APIPath.billing)
        try daemon.print(billing, BillingText.state(billing))
    }
}
