import SupervisorConfig
import SupervisorNotices
import Testing

/// What the log says of new settings.
@Suite struct SettingsDiffTests {
    private func file(_ text: String) throws -> DaemonFile { try DaemonFile(ConfigTexts.source(text)) }

    @Test func eachFieldHasALineAndSecretsAreNotInIt() throws {
        let old = try file(
            """
            listen: localhost:80
            notify:
              channels:
                ops: {type: slack, url: "https://h/OLD-SECRET"}
                gone: {type: webhook, url: "https://h", secret: OLD-SECRET}
                mail: {type: smtp, host: mx, user: u, password: OLD-SECRET, from: a@b, to: [c@d]}
              rules: [{severity: critical, channels: [ops]}]
            billing: {free_until: 2027-03-01, subscriptions: [{task: t, until: 2027-01-01}]}
            """)
        let new = try file(
            """
            listen: localhost:81
            notify:
              channels:
                ops: {type: slack, url: "https://h/NEW-SECRET"}
                mail: {type: smtp, host: mx2, user: u, password: NEW-SECRET, from: a@b, to: [c@d, owner]}
                page: {type: pagerduty, routing_key: NEW-SECRET, proxy: "http://u:NEW-SECRET@p"}
              rules: [{severity: critical, events: [failed], channels: [ops]}]
              alarms: {lag_seconds: 0}
            owners: [{email: o@x, time_zone: UTC}]
            billing: {free_until: 2027-04-01, subscriptions: [{task: t, until: 2027-02-01}]}
            """)
        let lines = SettingsDiff.lines(from: old, to: new)
        #expect(!lines.joined().contains("SECRET"))
        #expect(
            lines == [
                "billing.free_until: 2027-04-01, was 2027-03-01",
                "billing.subscriptions.task t: 2027-02-01, was 2027-01-01",
                "listen: localhost:81, was localhost:80; counts from the next start of the daemon on",
                "notify.alarms.lag_seconds: 0, was 60",
                "notify.channels.gone.allow_link_local: removed",
                "notify.channels.gone.secret: removed",
                "notify.channels.gone.timeout_seconds: removed",
                "notify.channels.gone.type: removed",
                "notify.channels.gone.url: removed",
                "notify.channels.mail.host: mx2, was mx",
                "notify.channels.mail.password: changed",
                "notify.channels.mail.to: c@d, owner, was c@d",
                "notify.channels.ops.url: changed",
                "notify.channels.page.allow_link_local: false, was not set",
                "notify.channels.page.proxy: added",
                "notify.channels.page.routing_key: added",
                "notify.channels.page.timeout_seconds: 15, was not set",
                "notify.channels.page.type: pagerduty, was not set",
                "notify.channels.page.url: added",
                "notify.rules[0].events: failed, was all",
                "owners.o@x: no name, was not set",
                "owners.o@x.time_zone: UTC, was not set",
            ])
        #expect(SettingsDiff.lines(from: new, to: new).isEmpty)
    }

    @Test func whoListensHearsOfThePresentAndOfEachChange() async {
        let live = LiveSettings()
        var changes = live.changes().makeAsyncIterator()
        #expect(await changes.next() == ReloadableSettings())
        for days in [1, 2, 3] { live.replace(with: ReloadableSettings(notify: NotifySettings(retentionDays: days))) }
        // Whoever is slow gets only the newest.
        #expect(await changes.next()?.notify.retentionDays == 3)
        #expect(live.current.notify.retentionDays == 3)
    }

    @Test func anotherCertificateCountsAtOnceButNotTheFirst() throws {
        let (none, one, other) = (try file("listen: localhost:80"), try file("listen: localhost:80\ntls: {cert: a, key: k}"), try file("listen: localhost:80\ntls: {cert: b, key: k}"))
        #expect(SettingsDiff.lines(from: one, to: other).count == 1)
        #expect(SettingsDiff.lines(from: one, to: other).allSatisfy { $0.hasPrefix("tls.cert: ") && !$0.contains("next start") })
        #expect(SettingsDiff.lines(from: none, to: one).allSatisfy { $0.hasSuffix("; counts from the next start of the daemon on") })
        #expect(SettingsDiff.lines(from: one, to: none).count == 2)
    }
}
