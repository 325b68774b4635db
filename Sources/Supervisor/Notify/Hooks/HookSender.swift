import SupervisorAPI
import SupervisorNotices
import SyncCurl
import SyncModel

/// Posts a message to a service.
struct HookSender {
    var curl: CurlClient
    var channel: ChannelSettings
    var settings: HookSettings
    var progress: SendProgress
    var now: @Sendable () -> Timestamp

    /// Where a message takes several requests, the first that is refused ends the attempt, and the next one goes on with it.
    func send(_ message: Message) async -> SendResult {
        let deadline = ContinuousClock.now + channel.timeout
        let key = "\(channel.name)/\(message.id)"
        let redaction = Redaction(channel)
        do {
            let requests = try settings.requests(for: message, now: now())
            var last = Acceptance(answer: "nothing to tell this service")
            for (index, request) in requests.enumerated().dropFirst(progress.count(key)) {
                let left = deadline - .now
                guard left > .zero else { throw CurlError(.timedOut, "after \(channel.timeout) not all requests are answered") }
                last = try HookVerdict.judge(try await post(request, within: left), settings.service, redaction)
                progress.set(index + 1 == requests.count ? nil : index + 1, key)
            }
            return .accepted(last)
        } catch let refusal as Refusal {
            return .refused(refusal)
        } catch let error as CurlError {
            return .refused(Refusal(error, host))
        } catch is CancellationError {
            return .refused(.interrupted)
        } catch {
            return .refused(
                Refusal(.internalError, "the message cannot be written as JSON: \(error)", remedy: "report this", isPermanent: true))
        }
    }

    private func post(_ request: HookRequest, within limit: Duration) async throws -> HTTPAnswer {
        guard request.url.lowercased().hasPrefix("https://") || request.url.lowercased().hasPrefix("http://") else {
            throw CurlError(.unsupportedProtocol, "it begins neither with https:// nor with http://")
        }
        return try await curl.call(
            HTTPCall(
                .post, url: request.url, headers: request.headers, body: request.body, connectTimeout: limit, timeout: limit,
                maximumAnswerSize: 16 << 10, cutsLargeAnswer: true, reach: channel.reach))
    }

    /// The server's name without anything that is secret.
    private var host: String { URLText(settings.url).map { String($0.host) } ?? "the server" }
}
