import ArgumentParser

/// `billing …`.
struct BillingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "billing",
        abstract: "Show what is free or paid for, and what was used.",
        subcommands: [BillingShow.self, BillingUsage.self]
    )
}
