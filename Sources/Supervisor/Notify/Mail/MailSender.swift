import SupervisorNotices
import SyncCurl
import SyncModel

/// Sends a message as one mail to all its recipients.
struct MailSender {
    var curl: CurlClient
    var channel: ChannelSettings
    var settings: MailSettings

    func send(_ message: Message) async -> SendResult {
        do {
            let call = try call(for: message)
            return .accepted(acceptance(try await curl.send(call)))
        } catch let refusal as Refusal {
            return .refused(refusal)
        } catch let failure as MailFailure {
            return .refused(refusal(failure))
        } catch {
            return .refused(.interrupted)
        }
    }

    private func call(for message: Message) throws(Refusal) -> MailCall {
        let from = try MailAddress(settings.from)
        var to: [MailAddress] = []
        for text in message.recipient.map({ [$0] }) ?? settings.to { to.append(try MailAddress(text)) }
        guard !to.isEmpty else {
            throw Refusal(
                .invalidFile, "channel \(channel.name) names nobody to write to", remedy: "give the channel an address in `to`",
                isPermanent: true)
        }
        guard !settings.host.isEmpty, settings.host.utf8.allSatisfy({ $0 > 32 && $0 < 127 && !"/@?#\\\"<>".utf8.contains($0) }) else {
            throw Refusal(
                .invalidFile, "'\(settings.host.onOneLine)' is not the name of a mail server",
                remedy: "give its name or address alone in `host`, and the port in `port`", isPermanent: true)
        }
        if settings.security == .none, settings.password != nil {
            throw Refusal(
                .invalidFile, "channel \(channel.name) has a password but no encryption, so anybody on the way could read it",
                remedy: "use starttls or tls, or leave the password out", isPermanent: true)
        }
        let security: MailCall.Security =
            switch settings.security {
            case .none: .none
            case .starttls: .starttls
            case .tls: .tls
            }
        return MailCall(
            host: settings.host, port: settings.port, security: security, user: settings.user, password: settings.password,
            from: from.address, to: to.map(\.address), content: Array(MailText.mail(message, from: from, to: to).utf8),
            timeout: channel.timeout, reach: channel.reach)
    }

    private func acceptance(_ answer: MailAnswer) -> Acceptance {
        let missed = answer.refused.map {
            MissedRecipient(address: $0.address, answer: $0.reply.text, isPermanent: $0.reply.code >= 500)
        }
        let text = ([answer.reply.text] + missed.map { "not to \($0.address): \($0.answer)" }).joined(separator: "; ")
        return Acceptance(answer: text, missed: missed)
    }

    private func refusal(_ failure: MailFailure) -> Refusal {
        let server = "the mail server \(settings.host):\(settings.port)"
        if let reply = failure.reply {
            // As long as one recipient may be taken later, the mail may.
            let isPermanent = reply.code >= 500 && failure.refused.allSatisfy { $0.reply.code >= 500 }
            if failure.error.code == .loginDenied {
                return Refusal(
                    .accessDenied, "\(server) refused user \(settings.user ?? "without a name"): \(reply)",
                    remedy: "check `user` and `password` of the channel", isPermanent: isPermanent)
            }
            let whom = failure.refused.count > 1 ? " for all of \(failure.refused.map(\.address).joined(separator: ", "))" : ""
            return Refusal(
                .deliveryRefused, "\(server) refused the mail\(whom): \(reply)",
                remedy: "check `from`, `to` and what the server demands of senders", isPermanent: isPermanent)
        }
        if failure.error.code == .noEncryption {
            return Refusal(
                .tlsFailed, "\(server) does not offer STARTTLS, and without encryption nothing is sent: \(failure.error)",
                remedy: "use the port on which it does, `tls` where it speaks TLS from the start, or `none` where encryption is not needed",
                isPermanent: false)
        }
        return Refusal(failure.error, server)
    }
}
