/// How a transfer gets to its server, whatever the environment says. Certificates are always verified.
package struct Reach: Sendable, Hashable {
    /// URL of a proxy; nil: none.
    package var proxy: String?
    /// Path of a PEM file with the only certificates that are trusted; nil: the system's.
    package var ca: String?
    /// Whether it may connect to 169.254/16 and fe80::/10. Through a proxy, which resolves names itself, only addresses that the URL
    /// spells out can be refused.
    package var allowsLinkLocal: Bool

    package init(proxy: String? = nil, ca: String? = nil, allowsLinkLocal: Bool = false) {
        self.proxy = proxy
        self.ca = ca
        self.allowsLinkLocal = allowsLinkLocal
    }
}
