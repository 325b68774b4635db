import SupervisorNotices

/// Reads `owners` and `billing`.
enum BillingReader {
    static func owners(_ value: Value) -> [Owner] {
        var seen: Set<String> = []
        return (value.list("owners") ?? []).compactMap { value in
            guard let fields = value.fields(["email", "name", "time_zone"]),
                let place = fields.required("email", "an address"), let email = place.mailAddress()
            else { return nil }
            if !seen.insert(email).inserted { place.problem("found '\(email)' again; allowed: each once") }
            return Owner(email: email, name: fields["name"]?.text("a name"), timeZone: fields["time_zone"]?.timeZone())
        }
    }

    static func billing(_ value: Value) -> BillingSettings {
        var settings = BillingSettings()
        guard let fields = value.fields(["free_until", "time_zone", "isolation", "subscriptions"]) else { return settings }
        settings.freeUntil = fields["free_until"]?.date()
        if let zone = fields["time_zone"]?.timeZone() { settings.timeZone = zone }
        if let isolation = fields["isolation"]?.flag() { settings.isolation = isolation }
        var seen: Set<Subscription.Subject> = []
        for value in fields["subscriptions"]?.list("subscriptions") ?? [] {
            guard let subscription = subscription(value) else { continue }
            if !seen.insert(subscription.subject).inserted {
                value.problem("found a second subscription of the same owner or task; allowed: one, with the later day")
            }
            settings.subscriptions.append(subscription)
        }
        return settings
    }

    private static func subscription(_ value: Value) -> Subscription? {
        guard let fields = value.fields(["owner", "task", "until"]) else { return nil }
        let until = fields.required("until", "the day on which it ends")?.date()
        if fields["owner"] != nil, let task = fields["task"] {
            task.problem("found together with owner; allowed: either owner or task")
            return nil
        }
        var subject: Subscription.Subject?
        if let owner = fields["owner"] {
            subject = owner.mailAddress().map { .owner($0) }
        } else if let task = fields["task"] {
            subject = TaskName.read(task).map { .task($0) }
        } else {
            fields.missing("owner", "one of owner, task")
        }
        guard let subject, let until else { return nil }
        return Subscription(subject, until: until)
    }
}
