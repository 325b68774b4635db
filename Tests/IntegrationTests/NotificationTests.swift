import FoundationEssentials
import Glibc
import TestSupport
import Testing
import WorkloadKit

extension Integration {
    /// What people hear of a real daemon, over a real mail server and a real HTTPS server.
    @Suite struct NotificationTests {
        struct Page: Decodable {
            struct Message: Decodable, Equatable {
                struct Fact: Decodable, Equatable {
                    var name: String
                    var value: String
                }
                var id: String
                var uid: String
                var severity: String
                var event: String
                var task: String?
                var owner: String?
                var text: String
                var facts: [Fact]
                var remedy: String?
                var read: Bool
            }
            var messages: [Message]
            var more: Bool
        }

        struct Outbox: Decodable {
            struct Message: Decodable {
                var id: String
                var channel: String
                var state: String
                var attempts: Int
                var error: String?
                var notices: Int
            }
            struct Gathering: Decodable {
                var channel: String
                var notices: Int
            }
            var gathering: [Gathering]
            var messages: [Message]
        }

        /// The body of a webhook.
        struct Post: Decodable {
            struct Notice: Decodable {
                var id: String
                var event: String
                var severity: String
                var task: String?
                var owner: String?
                var text: String
                var remedy: String?
            }
            var id: String
            var notices: [Notice]
        }

        /// A task whose servers are not there: its verification fails at once.
        static func lostTask(_ name: String, owner: String = "ann@example.com") -> String {
            """
            name: \(name)
            source: {host: 127.0.0.1, port: 1, user: dts, password: secret}
            target: {host: 127.0.0.1, port: 1, user: dts, password: secret}
            objects: [{database: shop}]
            owner: {email: \(owner)}
            """
        }

        static func fail(_ name: String, _ supervisor: TestSupervisor, in scope: Scope) async throws {
            let file = try scope.file("\(name).yml", lostTask(name))
            try await supervisor.run("task", "create", "-f", file)
            let done = try await supervisor.command("task", "verify", name)
            #expect(done.status == 3, "\(done.errors)")
        }

        static func posts(_ server: HookServer, _ path: String = "/hook") throws -> [Post] {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try server.requests().filter { $0.path == path }.map { try decoder.decode(Post.self, from: Data($0.body.utf8)) }
        }

        @Test func aFailureReachesTheOperatorTheOwnerAndTheMessageCenterOnce() async throws {
            try await Scope.with { scope in
                let authority = try await TestAuthority(in: scope)
                let certificate = try await authority.certificate()
                let mail = try await MailServer(security: "starttls", certificate: certificate, user: "dts", password: "s3cret", in: scope)
                let hook = try await HookServer(certificate: certificate, in: scope)
                let config = try scope.file(
                    "dts.yml",
                    """
                    notify:
                      channels:
                        post: {type: smtp, host: 127.0.0.1, port: \(mail.port), user: dts, password: s3cret, from: dts@example.com,
                               to: [ops@example.com, owner], ca: \(authority.ca)}
                        ops: {type: webhook, url: '\(hook.url)/hook', secret: key, ca: \(authority.ca)}
                      pace: {grouping_seconds: 1}
                    """)
                let supervisor = try await TestSupervisor(in: scope, config: config)
                for (channel, answer) in [("post", "250 "), ("ops", "200")] {
                    let tested = try await supervisor.run("notify", "test", channel)
                    #expect(tested.output.contains("\(channel): accepted: ") && tested.output.contains(answer), "\(tested.output)")
                }
                try await Self.fail("orders", supervisor, in: scope)
                // The same again is not told again.
                #expect(try await supervisor.command("task", "verify", "orders").status == 3)

                let mails = try await eventually("both have their mail") { try mail.mails().count == 3 ? try mail.mails() : nil }
                #expect(mails.map(\.to) == [["ops@example.com"], ["ops@example.com"], ["ann@example.com"]])
                #expect(mails.dropFirst().map { $0.headers["Subject"] } == Array(repeating: "[DTS] orders: verification failed", count: 2))
                #expect(mails.allSatisfy { $0.tls && $0.user == "dts" && $0.defects == [] })
                #expect(mails[1].parts[0].text.contains("verification-failed: the verification failed"))
                #expect(mails[1].parts[0].text.contains("mend what the failed items name"))

                let posts = try await eventually("the hook is called") { try Self.posts(hook).count == 2 ? try Self.posts(hook) : nil }
                let told = try #require(posts[1].notices.first)
                #expect(posts[1].notices.count == 1)
                let page = try await supervisor.json(Page.self, "message", "list", "--unread")
                let message = try #require(page.messages.first)
                #expect(page.messages.count == 1 && !page.more)
                #expect(message.uid == told.id && message.text == told.text && message.remedy == told.remedy)
                #expect(message.event == "verification-failed" && message.severity == "warning" && message.owner == "ann@example.com")
                #expect(message.facts.first == .init(name: "code", value: "verification-failed"))
                #expect(mails[2].headers["X-DTS-Notice-Ids"] == message.uid)

                #expect(try await supervisor.run("message", "read", message.id).output.contains("what to do: "))
                #expect(try await supervisor.json(Page.self, "message", "list", "--unread").messages.isEmpty)
                #expect(try await supervisor.run("notify", "outbox").output == "nothing waits\n")
                let unknown = try await supervisor.command("notify", "test", "pager")
                #expect(unknown.status == 1 && unknown.errors.contains("there are: "))
            }
        }

        /// Between a notice and its delivery there is always a time at which the daemon may die.
        @Test func killedBetweenEventAndDeliveryNothingIsLostAndNothingChangesItsIdentity() async throws {
            try await Scope.with { scope in
                let authority = try await TestAuthority(in: scope)
                let hook = try await HookServer(certificate: try await authority.certificate(), in: scope)
                let config = try scope.file(
                    "dts.yml",
                    """
                    notify:
                      channels: {ops: {type: webhook, url: '\(hook.url)/hook', ca: \(authority.ca)}}
                      pace: {grouping_seconds: 0, burst: 1000, refill_seconds: 1}
                    """)
                let supervisor = try await TestSupervisor(in: scope, config: config)
                let kills = 100
                for number in 0..<kills {
                    let hangs = number % 4 == 0
                    try hook.answer(["/hook": HookServer.Answer(do: hangs ? "hang" : nil)])
                    let before = try hook.requests().count
                    try await Self.fail("t\(number)", supervisor, in: scope)
                    // It has been told, and does not know it; or wherever it has come to by now.
                    if hangs { try await eventually("the hook is called") { try hook.requests().count > before } }
                    try await supervisor.kill()
                    try await supervisor.start()
                }
                try hook.answer(["/hook": HookServer.Answer()])
                try await eventually(within: .seconds(60), "all is told") {
                    let outbox = try await supervisor.json(Outbox.self, "notify", "outbox")
                    return outbox.messages.isEmpty && outbox.gathering.isEmpty
                }
                let center = try await supervisor.json(Page.self, "message", "list", "--limit", "1000").messages
                #expect(center.count == kills)
                var bodies: [String: Set<String>] = [:]
                var messages: [String: Set<String>] = [:]
                for (request, post) in zip(try hook.requests(), try Self.posts(hook)) {
                    #expect(request.headers["idempotency-key"] == post.id)
                    bodies[post.id, default: []].insert(request.body)
                    for notice in post.notices { messages[notice.id, default: []].insert(post.id) }
                }
                #expect(Set(messages.keys) == Set(center.map(\.uid)), "every notice arrives, and none that there is not")
                #expect(bodies.values.allSatisfy { $0.count == 1 }, "what is sent again is the same")
                #expect(messages.values.allSatisfy { $0.count == 1 }, "a notice is in one message")
                #expect(try hook.requests().count > bodies.count, "some were sent again")
            }
        }

        @Test func aChannelInTroubleDelaysNoOtherAndSaysWhatItsTroubleIs() async throws {
            try await Scope.with { scope in
                let authority = try await TestAuthority(in: scope)
                let hook = try await HookServer(certificate: try await authority.certificate(), in: scope)
                let stranger = try await HookServer(certificate: try await TestAuthority(in: scope).certificate(), in: scope)
                try hook.answer([
                    "/hangs": HookServer.Answer(do: "hang"), "/closes": HookServer.Answer(do: "close"),
                    "/fails": HookServer.Answer(status: 500, body: "database is locked"),
                ])
                func channel(_ name: String, _ server: HookServer) -> String {
                    "    \(name): {type: webhook, url: '\(server.url)/\(name)', ca: \(authority.ca), timeout_seconds: 20}\n"
                }
                let channels = ["hangs", "closes", "fails", "good"].map { channel($0, hook) } + [channel("stranger", stranger)]
                let config = try scope.file(
                    "dts.yml", "notify:\n  channels:\n\(channels.joined())  pace: {grouping_seconds: 0, burst: 100, refill_seconds: 1}")
                let supervisor = try await TestSupervisor(in: scope, config: config)
                for number in 0..<3 {
                    try await Self.fail("t\(number)", supervisor, in: scope)
                    try await eventually("the good channel tells of t\(number)") {
                        try Self.posts(hook, "/good").contains { $0.notices.contains { $0.task == "t\(number)" } }
                    }
                }
                // All that while the one that hangs has been waiting for its first answer.
                #expect(try hook.requests().filter { $0.path == "/hangs" }.count == 1)
                let errors = try await eventually(within: .seconds(40), "each trouble is visible") {
                    let outbox = try await supervisor.json(Outbox.self, "notify", "outbox")
                    let errors = Dictionary(outbox.messages.compactMap { one in one.error.map { (one.channel, $0) } }) { first, _ in first }
                    return errors.count == 4 ? errors : nil
                }
                #expect(errors["fails"]?.contains("500") == true && errors["fails"]?.contains("database is locked") == true, "\(errors)")
                #expect(errors["stranger"]?.contains("certificate") == true, "\(errors)")
                #expect(errors["hangs"]?.lowercased().contains("time") == true, "\(errors)")
                #expect(errors["closes"] != nil && errors["good"] == nil, "\(errors)")
                #expect(try stranger.requests().isEmpty, "nothing is told to whom the certificate does not name")
            }
        }

        @Test func whoPausedATaskIsToldAndItsCrashEndsWithARecovery() async throws {
            try await Scope.with { scope in
                let source = try TestServer.shared(.mariadb, .a)
                let target = try TestServer.shared(.mariadb, .b)
                let database = scope.uniqueName("told")
                try await source.makeDatabase(database, in: scope)
                scope.onExit { try await target.execute("DROP DATABASE IF EXISTS `\(database)`") }
                try await source.execute("CREATE TABLE `\(database)`.t (id INT PRIMARY KEY)")
                let supervisor = try await TestSupervisor(in: scope)
                let task = try await OneWay(
                    "told", from: source.yaml(), to: target.yaml(), objects: "[{database: \(database)}]", on: supervisor, in: scope)
                try await task.start()
                try await supervisor.wait("told", for: "incremental")
                let pid = try #require(try await supervisor.task("told").worker.pid)
                #expect(Glibc.kill(pid, SIGKILL) == 0)
                try await eventually("the crash is told") { try await Self.events(supervisor).contains("worker-crashed") }
                try await eventually("the task runs again") { try await supervisor.task("told").state == "running" }
                try await supervisor.run("task", "pause", "told")
                let pause = try #require(try await supervisor.json(Page.self, "message", "list", "--event", "paused").messages.first)
                #expect(pause.text.hasPrefix("the task is paused by ") && pause.facts.first?.name == "by")
                try await supervisor.run("task", "resume", "told")
                try await supervisor.wait("told", for: "incremental")
                // Paused by hand and up again: the crash is a matter of the past.
                try await eventually("the recovery is told") { try await Self.events(supervisor).contains("recovered") }
                let story = try await Self.events(supervisor).reversed().filter { $0 != "verification-alarms" && $0 != "phase-reached" }
                #expect(story == ["task-started", "worker-crashed", "paused", "recovered"])
                try await supervisor.run("task", "stop", "told", "--yes")
                #expect(try await Self.events(supervisor).first == "stopped")
            }
        }

        private static func events(_ supervisor: TestSupervisor) async throws -> [String] {
            try await supervisor.json(Page.self, "message", "list", "--limit", "100").messages.map(\.event)
        }
    }
}
