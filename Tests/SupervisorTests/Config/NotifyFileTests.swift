import SupervisorConfig
import SupervisorNotices
import Testing

/// `notify`, `owners` and `billing` of the daemon's file.
@Suite struct NotifyFileTests {
    private func settings(
        _ text: String, environment: [String: String] = [:], folder: String = "/nowhere"
    ) throws -> ReloadableSettings {
        try DaemonFile(ConfigTexts.source(text, environment: environment, folder: folder)).reloadable
    }

    private func problems(_ text: String, environment: [String: String] = [:]) -> [String] {
        do {
            _ = try settings(text, environment: environment)
            return []
        } catch {
            return (error as? InvalidFile)?.description.split(separator: "\n").map { String($0.dropFirst("t.yml:".count)) } ?? ["\(error)"]
        }
    }

    @Test func everySettingIsRead() throws {
        let folder = try TemporaryFolder()
        try folder.write("s3cret\n", to: "hook")
        try folder.write("---", to: "ca.pem")
        let read = try settings(
            """
            notify:
              channels:
                mail: {type: smtp, host: mx, user: u, password_env: MAIL, from: DTS <dts@example.com>, to: [a@example.com, owner]}
                plain: {type: smtp, host: mx, security: none, from: dts@example.com, to: [owner]}
                tls: {type: smtp, host: mx, port: 4650, security: tls, from: dts@example.com, to: [a@example.com]}
                own: {type: webhook, url: "https://h/x", secret_file: hook, timeout_seconds: 3, proxy: "http://p:3128", ca: ca.pem, allow_link_local: true}
                pager: {type: pagerduty, routing_key: R}
                lark: {type: feishu, url_env: LARK}
              rules:
                - {severity: critical, events: [failed, lag-high], tasks: ["shop*"], owners: [o@example.com], channels: [mail, pager]}
                - {channels: [own]}
              retention_days: 30
              alarms: {lag_seconds: 0, conflicts_per_minute: 5, retention_hours: 12, disk_free_percent: 0}
              pace: {grouping_seconds: 1, burst: 2, refill_seconds: 3, give_up_hours: 4}
            owners:
              - {email: o@example.com, name: Olga, time_zone: Europe/Berlin}
              - {email: p@example.com}
            billing:
              free_until: 2027-03-01
              time_zone: America/New_York
              isolation: true
              subscriptions:
                - {owner: o@example.com, until: 2027-05-31}
                - {task: shop, until: 2028-02-29}
            """, environment: ["MAIL": "pw", "LARK": "https://l/1"], folder: folder.path)
        let notify = read.notify
        #expect(notify.channels.map(\.name) == ["mail", "plain", "tls", "own", "pager", "lark"])
        #expect(
            notify.channels[0].kind
                == .smtp(
                    MailSettings(
                        host: "mx", port: 587, security: .starttls, user: "u", password: "pw", from: "DTS <dts@example.com>",
                        to: ["a@example.com"], includesOwner: true)))
        #expect(
            notify.channels[1].kind
                == .smtp(MailSettings(host: "mx", port: 25, security: .none, from: "dts@example.com", includesOwner: true)))
        #expect(
            notify.channels[2].kind
                == .smtp(MailSettings(host: "mx", port: 4650, security: .tls, from: "dts@example.com", to: ["a@example.com"])))
        #expect(
            notify.channels[3]
                == ChannelSettings(
                    name: "own", kind: .hook(HookSettings(service: .webhook, url: "https://h/x", secret: "s3cret")), timeout: .seconds(3),
                    proxy: "http://p:3128", ca: "\(folder.path)/ca.pem", allowsLinkLocal: true))
        #expect(
            notify.channels[4].kind
                == .hook(HookSettings(service: .pagerduty, url: "https://events.pagerduty.com/v2/enqueue", secret: "R")))
        #expect(notify.channels[5].kind == .hook(HookSettings(service: .feishu, url: "https://l/1")))
        #expect(
            notify.rules == [
                RoutingRule(
                    severity: .critical, events: [.failed, .lagHigh], tasks: ["shop*"], owners: ["o@example.com"],
                    channels: ["mail", "pager"]),
                RoutingRule(channels: ["own"]),
            ])
        #expect(notify.retentionDays == 30)
        #expect(notify.alarms == AlarmThresholds(lag: nil, conflictsPerMinute: 5, retention: .seconds(43200), diskFreePercent: nil))
        #expect(
            notify.pace == Pace(grouping: .seconds(1), burst: 2, refill: .seconds(3), giveUpAfter: .seconds(14400)))
        #expect(
            read.owners == [Owner(email: "o@example.com", name: "Olga", timeZone: "Europe/Berlin"), Owner(email: "p@example.com")])
        #expect(
            read.billing
                == BillingSettings(
                    freeUntil: CalendarDate("2027-03-01"), timeZone: "America/New_York", isolation: true,
                    subscriptions: [
                        Subscription(.owner("o@example.com"), until: try #require(CalendarDate("2027-05-31"))),
                        Subscription(.task("shop"), until: try #require(CalendarDate("2028-02-29"))),
                    ]))
    }

    @Test func withoutThePartsEverythingIsAtItsDefault() throws {
        #expect(try settings("log_level: info") == ReloadableSettings())
    }

    @Test func everyProblemIsToldAtOnceWithItsPlace() {
        let found = problems(
            """
            notify:
              channels:
                mail: {type: smtp, host: mx, security: none, user: u, password: p, from: nobody, to: []}
                half: {type: smtp, host: "a b", user: u, from: a@b, to: [owners]}
                lost: {type: webhok, url: "https://h"}
                slack: {type: slack, url: "ftp://h/TOP-SECRET", secret: TOP-SECRET}
                pager: {type: pagerduty}
                "a b": {type: teams, url: "https://"}
              rules:
                - {severity: grave, events: [faild], channels: [mial]}
                - {tasks: ["shop/*"], owners: [me]}
              retention_days: 0
              alarms: {disk_free_percent: 100}
              pace: {burst: 0}
            owners:
              - {email: o@example.com, time_zone: Europe/Berln}
              - {email: o@example.com, time_zone: EST}
            billing:
              free_until: 2027-02-29
              isolation: maybe
              subscriptions:
                - {owner: o@example.com, task: t, until: 2027-01-01}
                - {until: tomorrow}
                - {task: shop, until: 2027-01-01}
                - {task: shop, until: 2027-01-02}
            """)
        #expect(!found.joined().contains("TOP-SECRET"))
        #expect(
            found == [
                "3:44: notify.channels.mail.security: found 'none' together with a password, which everybody on the way could read; allowed: starttls, tls",
                "3:78: notify.channels.mail.from: found 'nobody'; allowed: a mail address such as ops@example.com, or DTS <dts@example.com>",
                "3:90: notify.channels.mail.to: found an empty list; allowed: a list of at least one of mail addresses, or owner",
                "4:11: notify.channels.half.password: missing; required: exactly one of password, password_env, password_file",
                "4:30: notify.channels.half.host: found 'a b'; allowed: a host name or address",
                "4:62: notify.channels.half.to[0]: found 'owners'; allowed: a mail address such as ops@example.com",
                "5:18: notify.channels.lost.type: found 'webhok'; did you mean 'webhook'?; allowed: smtp, webhook, slack, teams, discord, feishu, dingtalk, wecom, pagerduty",
                "6:31: notify.channels.slack.url: found an address that begins otherwise; allowed: http://…, https://…",
                "6:61: notify.channels.slack.secret: found with type slack; allowed: only with webhook, feishu, dingtalk",
                "7:12: notify.channels.pager.routing_key: missing; required: exactly one of routing_key, routing_key_env, routing_key_file",
                "8:5: notify.channels.a b: found 'a b'; allowed: 1 to 64 of the letters A-Z and a-z, digits, '.', '_' and '-', starting with a letter, a digit or '_'",
                "10:18: notify.rules[0].severity: found 'grave'; allowed: info, warning, critical",
                "10:34: notify.rules[0].events[0]: found 'faild'; did you mean 'failed'?; allowed: \(NoticeEvent.allCases.map(\.rawValue).joined(separator: ", "))",
                "10:53: notify.rules[0].channels[0]: found 'mial'; did you mean 'mail'?; allowed: mail, half, lost, slack, pager",
                "11:7: notify.rules[1].channels: missing; required: a list of channels",
                "11:16: notify.rules[1].tasks[0]: found 'shop/*'; allowed: the name of a task or pair, in which * stands for any characters",
                "11:36: notify.rules[1].owners[0]: found 'me'; allowed: a mail address such as ops@example.com",
                "12:19: notify.retention_days: found '0'; allowed: a whole number, 1 to 36500",
                "13:31: notify.alarms.disk_free_percent: found '100'; allowed: a whole number, 0 to 99",
                "14:17: notify.pace.burst: found '0'; allowed: a whole number, 1 to 1000",
                "16:39: owners[0].time_zone: found 'Europe/Berln'; did you mean 'Europe/Berlin'?; allowed: the name of a time zone such as UTC or Europe/Berlin",
                "17:13: owners[1].email: found 'o@example.com' again; allowed: each once",
                "17:39: owners[1].time_zone: found 'EST'; allowed: the name of a time zone such as UTC or Europe/Berlin",
                "19:15: billing.free_until: found '2027-02-29'; allowed: a day such as 2027-03-01",
                "20:14: billing.isolation: found 'maybe'; allowed: true, false",
                "22:36: billing.subscriptions[0].task: found together with owner; allowed: either owner or task",
                "23:7: billing.subscriptions[1].owner: missing; required: one of owner, task",
                "23:15: billing.subscriptions[1].until: found 'tomorrow'; allowed: a day such as 2027-03-01",
                "25:7: billing.subscriptions[3]: found a second subscription of the same owner or task; allowed: one, with the later day",
            ])
    }

    @Test(arguments: [
        "https:///x", "file:///etc/passwd", "h/x", "https://h/a b", "gopher://h",
    ])
    func addressesThatAreNotOnTheWebAreRefusedAndNotQuoted(_ address: String) {
        for form in ["url: \"\(address)\"", "url_env: URL"] {
            let found = problems("notify: {channels: {c: {type: discord, \(form)}}}", environment: ["URL": address])
            #expect(found.count == 1 && found.first?.contains("notify.channels.c.url") == true, "\(found)")
            #expect(!found.joined().contains(address))
        }
    }

    @Test(arguments: ["DTS", "a@b@c", "a b@c", "@c", "a@", "X <a@b", "X <a@b>\nBcc: v@b <a@b>", "a@b, c@d", "<>"])
    func sendersThatAreNotOneAddressAreRefused(_ sender: String) {
        let text = sender.replacing("\n", with: "\\n")
        let found = problems("notify: {channels: {c: {type: smtp, host: h, from: \"\(text)\", to: [owner]}}}")
        #expect(found.count == 1 && found.first?.contains("notify.channels.c.from") == true, "\(found)")
    }

    @Test func aRuleNeedsAChannelThatIsThere() {
        #expect(
            problems("notify: {rules: [{channels: [ops]}]}")
                == ["1:30: notify.rules[0].channels[0]: found 'ops'; allowed: a channel, of which notify.channels has none"])
        #expect(problems("notify: {channels: {ops: {type: slack, url: 'https://h'}}, rules: [{channels: [ops]}]}").isEmpty)
    }

    @Test func aSecretIsGivenInOneWayThatHoldsIt() {
        #expect(
            problems("notify: {channels: {c: {type: slack, url: 'https://h', url_env: X}}}")
                == ["1:65: notify.channels.c.url_env: found together with url; allowed: exactly one of url, url_env, url_file"])
        #expect(
            problems("notify: {channels: {c: {type: slack, url_env: X}}}")
                == [
                    "1:47: notify.channels.c.url_env: found 'X', which is not set; allowed: the name of an environment variable that holds the url"
                ])
        #expect(
            problems("notify: {channels: {c: {type: slack, url: 'https://h', ca: no.pem}}}").first?.contains("which cannot be read") == true)
    }
}
