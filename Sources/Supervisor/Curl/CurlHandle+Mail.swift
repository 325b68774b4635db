import CLibCurl

extension CurlHandle {
    /// Hands a mail to its server. What the server refuses some of the recipients with does not keep the others from getting it.
    ///
    /// - Throws: ``MailFailure``.
    func send(_ mail: MailCall, isCancelled: @escaping () -> Bool) throws(MailFailure) -> MailAnswer {
        let dialog = MailDialog(content: mail.content, isCancelled: isCancelled)
        do throws(CurlError) {
            try transfer(mail, dialog)
        } catch {
            let reply = dialog.reply.flatMap { $0.code >= 400 ? $0 : nil }
            throw MailFailure(error: error, reply: reply, refused: dialog.refused)
        }
        guard let reply = dialog.reply else {
            throw MailFailure(error: CurlError(.emptyAnswer, "the server did not say that it took the mail"), reply: nil, refused: [])
        }
        return MailAnswer(reply: reply, refused: dialog.refused)
    }

    private func transfer(_ mail: MailCall, _ dialog: MailDialog) throws(CurlError) {
        let errorText = ErrorText(), gate = AddressGate(allowsLinkLocal: mail.reach.allowsLinkLocal)
        var recipients = try TextList(mail.to)
        let host = mail.host.contains(":") ? "[\(mail.host)]" : mail.host
        let url = "\(mail.security == .tls ? "smtps" : "smtp")://\(host):\(mail.port)"
        try set(CURLOPT_ERRORBUFFER, pointer: errorText.buffer)
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_URL, url)
        try set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        try set(CURLOPT_USE_SSL, Int(mail.security == .none ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue))
        try apply(mail.reach, to: url, gate: gate)
        try set(CURLOPT_CONNECTTIMEOUT_MS, mail.timeout.milliseconds)
        try set(CURLOPT_TIMEOUT_MS, mail.timeout.milliseconds)
        // The goodbye is not part of the time above: a server that does not answer it would hold the thread for two minutes.
        try set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, mail.timeout.milliseconds / 1000))
        try set(CURLOPT_FORBID_REUSE, 1)
        if let user = mail.user { try set(CURLOPT_USERNAME, user) }
        if let password = mail.password { try set(CURLOPT_PASSWORD, password) }
        try set(CURLOPT_MAIL_FROM, mail.from)
        try set(CURLOPT_MAIL_RCPT, pointer: recipients.pointer())
        try check(dts_curl_allow_refused_recipients(handle))
        try set(CURLOPT_UPLOAD, 1)
        try check(dts_curl_set_size(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(mail.content.count)))
        let context = Unmanaged.passUnretained(dialog).toOpaque()
        try check(dts_curl_set_read(handle, readMail, context))
        try check(dts_curl_set_debug(handle, listen, context))
        try check(dts_curl_set_progress(handle, goOnWithMail, context))
        let code = curl_easy_perform(handle)
        _ = consume recipients
        if code != CURLE_OK { throw gate.error ?? error(code, errorText) }
    }
}

private func dialog(_ context: UnsafeMutableRawPointer?) -> MailDialog? {
    context.map { Unmanaged<MailDialog>.fromOpaque($0).takeUnretainedValue() }
}

private func readMail(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let dialog = dialog(context), !dialog.isCancelled() else { return Int(CURL_READFUNC_ABORT) }
    return dialog.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
}

private func listen(
    _: UnsafeMutableRawPointer?, _ type: curl_infotype, _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let bytes, let dialog = dialog(context), type == CURLINFO_HEADER_OUT || type == CURLINFO_HEADER_IN else { return 0 }
    let text = String(decoding: UnsafeRawBufferPointer(start: bytes, count: size), as: UTF8.self)
    type == CURLINFO_HEADER_OUT ? dialog.heard(command: text) : dialog.heard(answer: text)
    return 0
}

private func goOnWithMail(
    _ context: UnsafeMutableRawPointer?, _: curl_off_t, _: curl_off_t, _: curl_off_t, _: curl_off_t
) -> Int32 {
    dialog(context)?.isCancelled() == true ? 1 : 0
}
