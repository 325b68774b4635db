import SyncModel
import Testing

@Suite struct EndpointTests {
    @Test func eachOfTheHostsIsAnAddress() {
        let endpoint = Endpoint(host: "a", port: 3307, hosts: ["b:3306", "[::1]:3308"], user: "u")
        #expect(endpoint.isGroup)
        #expect(endpoint.single.map(\.host) == ["a", "b", "::1"])
        #expect(endpoint.single.map(\.port) == [3307, 3306, 3308])
        #expect(endpoint.single.allSatisfy { !$0.isGroup && $0.user == "u" })
    }

    @Test(arguments: [Endpoint(host: "a", user: "u"), Endpoint(socket: "/s", hosts: ["b:1"], user: "u")])
    func oneServerIsNoGroup(_ endpoint: Endpoint) {
        #expect(!endpoint.isGroup)
        #expect(endpoint.single == [endpoint])
    }
}
