import CLibCurl

extension CurlHandle {
    /// - Parameter gate: has to outlive the transfer.
    func apply(_ reach: Reach, to url: String, gate: AddressGate) throws(CurlError) {
        // An empty proxy is none; left unset, libcurl would read it from the environment.
        try set(CURLOPT_PROXY, reach.proxy ?? "")
        try set(CURLOPT_NOPROXY, "")
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_SSL_VERIFYPEER, 1)
        try set(CURLOPT_SSL_VERIFYHOST, 2)
        if let ca = reach.ca {
            try set(CURLOPT_CAINFO, ca)
            try set(CURLOPT_PROXY_CAINFO, ca)
            // The folder of the system's certificates would be trusted beside the file.
            try set(CURLOPT_CAPATH, pointer: nil)
            try set(CURLOPT_PROXY_CAPATH, pointer: nil)
        }
        if reach.proxy != nil, let host = Self.host(of: url), !gate.admits(host) {
            throw gate.error ?? CurlError(.abortedByCallback, "\(host) is link-local or a metadata service")
        }
        try check(dts_curl_set_open_socket(handle, openSocket, Unmanaged.passUnretained(gate).toOpaque()))
    }

    /// The host of a URL in libcurl's own reading, which turns `0xa9fea9fe` into `169.254.169.254`.
    private static func host(of url: String) -> String? {
        guard let parts = curl_url() else { return nil }
        defer { curl_url_cleanup(parts) }
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK,
            curl_url_get(parts, CURLUPART_HOST, &text, 0) == CURLUE_OK, let text
        else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}

private func openSocket(
    _ context: UnsafeMutableRawPointer?, _: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let context, let address, let start = dts_curl_address(address) else { return CURL_SOCKET_BAD }
    let gate = Unmanaged<AddressGate>.fromOpaque(context).takeUnretainedValue()
    let bytes = UnsafeRawBufferPointer(start: start, count: Int(address.pointee.addrlen))
    return gate.open(address.pointee.family, address.pointee.socktype, address.pointee.protocol, bytes)
}
