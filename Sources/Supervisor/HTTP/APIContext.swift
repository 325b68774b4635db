import Hummingbird
import NIOCore

/// A request and where it comes from.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Address of the peer; nil on the Unix socket.
    let peer: String?
    /// The connection.
    let channel: any Channel

    init(source: Source) {
        coreContext = .init(source: source)
        channel = source.channel
        peer = source.channel.remoteAddress?.ipAddress
    }
}
