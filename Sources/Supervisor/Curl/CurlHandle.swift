import CLibCurl

/// Owns one easy handle of libcurl. Its calls block: ``CurlClient`` keeps them off the cooperative pool.
struct CurlHandle: ~Copyable {
    let handle: UnsafeMutableRawPointer

    /// `curl_global_init` is not to run twice at once; a static is initialised once.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init() throws(CurlError) {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw CurlError(.outOfMemory, "libcurl cannot be initialised")
        }
        self.handle = handle
    }

    deinit { curl_easy_cleanup(handle) }

    /// Runs the call to its end and hands every piece of the answer's body to `receiver`.
    func perform(_ call: HTTPCall, receiver: Receiver) throws(CurlError) -> HTTPEnd {
        var headers = try TextList(call.headers + ["Expect:"])
        let gate = AddressGate(allowsLinkLocal: call.reach?.allowsLinkLocal ?? true)
        let errorText = ErrorText()
        try set(CURLOPT_ERRORBUFFER, pointer: errorText.buffer)
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_URL, call.url)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_CUSTOMREQUEST, call.method.rawValue)
        try set(CURLOPT_CONNECTTIMEOUT_MS, call.connectTimeout.milliseconds)
        if let timeout = call.timeout { try set(CURLOPT_TIMEOUT_MS, timeout.milliseconds) }
        if let socket = call.unixSocket {
            try set(CURLOPT_UNIX_SOCKET_PATH, socket)
            try set(CURLOPT_NOPROXY, "*")
        }
        if let reach = call.reach { try apply(reach, to: call.url, gate: gate) }
        try set(CURLOPT_HTTPHEADER, pointer: headers.pointer())
        let context = Unmanaged.passUnretained(receiver).toOpaque()
        try check(dts_curl_set_write(handle, receive, context))
        try check(dts_curl_set_progress(handle, goOn, context))
        receiver.status = { [handle] in
            var status = 0
            dts_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
            return status
        }
        defer { receiver.status = { 0 } }
        let code = try performWithBody(call)
        _ = consume headers
        guard code == CURLE_OK else { throw gate.error ?? error(code, errorText) }
        var seconds: curl_off_t = 0
        dts_curl_get_offset(handle, CURLINFO_RETRY_AFTER, &seconds)
        return HTTPEnd(status: receiver.status(), retryAfter: seconds > 0 ? .seconds(min(Int64(seconds), 86_400)) : nil)
    }

    func error(_ code: CURLcode, _ text: ErrorText) -> CurlError {
        CurlError(.init(rawValue: code.rawValue), text.text ?? String(cString: curl_easy_strerror(code)))
    }

    /// The body is not copied by libcurl, so it has to outlive the transfer.
    private func performWithBody(_ call: HTTPCall) throws(CurlError) -> CURLcode {
        guard let body = call.body ?? (call.method == .post || call.method == .put ? [] : nil) else {
            return curl_easy_perform(handle)
        }
        try check(dts_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        try set(CURLOPT_POSTFIELDS, "")
        return body.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress {
                let code = dts_curl_set_pointer(handle, CURLOPT_POSTFIELDS, start)
                if code != CURLE_OK { return code }
            }
            return curl_easy_perform(handle)
        }
    }

    func set(_ option: CURLoption, _ value: Int) throws(CurlError) {
        try check(dts_curl_set_long(handle, option, value))
    }

    func set(_ option: CURLoption, _ value: String) throws(CurlError) {
        try check(dts_curl_set_string(handle, option, value))
    }

    func set(_ option: CURLoption, pointer: UnsafeRawPointer?) throws(CurlError) {
        try check(dts_curl_set_pointer(handle, option, pointer))
    }

    func check(_ code: CURLcode) throws(CurlError) {
        guard code == CURLE_OK else {
            throw CurlError(.init(rawValue: code.rawValue), String(cString: curl_easy_strerror(code)))
        }
    }
}

/// How an HTTP call ended.
struct HTTPEnd: Sendable {
    var status: Int
    var retryAfter: Duration?
}

/// What a transfer reports to while it runs, on the thread that runs it.
final class Receiver {
    /// Takes a piece of the body; false ends the transfer.
    let take: (UnsafeRawBufferPointer, _ status: Int) -> Bool
    let isCancelled: () -> Bool
    fileprivate(set) var status: () -> Int = { 0 }

    init(take: @escaping (UnsafeRawBufferPointer, _ status: Int) -> Bool, isCancelled: @escaping () -> Bool) {
        self.take = take
        self.isCancelled = isCancelled
    }
}

private func receive(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes, let context else { return 0 }
    let receiver = Unmanaged<Receiver>.fromOpaque(context).takeUnretainedValue()
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    if receiver.isCancelled() { return Int(CURL_WRITEFUNC_ERROR) }
    return receiver.take(piece, receiver.status()) ? piece.count : Int(CURL_WRITEFUNC_ERROR)
}

/// Called at least once a second, also while nothing arrives.
private func goOn(
    _ context: UnsafeMutableRawPointer?,
    _: curl_off_t,
    _: curl_off_t,
    _: curl_off_t,
    _: curl_off_t
) -> Int32 {
    guard let context else { return 0 }
    return Unmanaged<Receiver>.fromOpaque(context).takeUnretainedValue().isCancelled() ? 1 : 0
}

/// Where libcurl writes what went wrong.
final class ErrorText {
    let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init() { buffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE)) }
    deinit { buffer.deallocate() }

    var text: String? { buffer.pointee == 0 ? nil : String(cString: buffer) }
}

/// Owns a list of texts, such as header lines.
struct TextList: ~Copyable {
    private var list: UnsafeMutablePointer<curl_slist>?

    init(_ lines: [String]) throws(CurlError) {
        list = nil
        for line in lines {
            guard let longer = curl_slist_append(list, line) else { throw CurlError(.outOfMemory, "out of memory") }
            list = longer
        }
    }

    deinit { curl_slist_free_all(list) }

    mutating func pointer() -> UnsafeRawPointer? { list.map { UnsafeRawPointer($0) } }
}

extension Duration {
    var milliseconds: Int {
        Int(clamping: min(components.seconds, 1 << 40)) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
