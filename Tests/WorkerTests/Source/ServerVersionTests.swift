import Testing
import WorkerSchema

/// What a server does by its version.
@Suite struct ServerVersionTests {
    @Test(arguments: [
        ("10.4.34", false), ("10.5.16", false), ("10.5.17", true), ("10.6.8", false), ("10.6.9", true), ("10.7.4", false), ("10.8.3", false),
        ("10.8.4", true), ("10.9.1", false), ("10.10.1", true), ("11.8.9", true),
    ])
    func explicitDefaultsOfTimestampsAreLogged(version: String, areThere: Bool) {
        #expect(ServerProfile(version: version, uuid: "", isMariaDB: true).logsExplicitDefaults == areThere)
        #expect(ServerProfile(version: version, uuid: "").logsExplicitDefaults == false)
    }
}
