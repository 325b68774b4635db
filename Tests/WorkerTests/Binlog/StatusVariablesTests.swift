import Testing
import WorkerBinlog

/// What the log says of the session in which a statement ran, in bytes that servers wrote.
@Suite struct StatusVariablesTests {
    private func session(_ status: [UInt8]) throws -> QueryEvent.SessionVariables {
        let text = Array("create table t (a int)".utf8)
        let body = [7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, UInt8(status.count), 0] + status + Array("t".utf8) + [0] + text
        let size = UInt8(EventHeader.size + body.count)
        let header: [UInt8] = [0, 0, 0, 0, EventType.query.rawValue, 1, 0, 0, 0, size, 0, 0, 0, 9, 0, 0, 0, 0, 0]
        var decoder = EventDecoder(format: FormatDescription(serverVersion: "11.8.9-MariaDB", checksum: .none))
        guard case .query(let event) = try (header + body).withUnsafeBytes({ try decoder.decode($0) }) else {
            throw DecodeError(.invalid, "no QUERY_EVENT", at: 0)
        }
        return event.session
    }

    private static let catalog: [UInt8] = [6, 3, 0x73, 0x74, 0x64]

    /// MariaDB 11.8 writes what names of character sets stand for before the character sets of the session.
    @Test func collationChoicesOfMariaDB() throws {
        let found = try session(
            [0, 0, 0, 0, 1, 1, 0, 0, 0x20, 0x54, 0, 0, 0, 0] + Self.catalog + [0x83, 1, 0x2D, 0, 0x2D, 0] + [4, 0, 8, 0, 8, 0, 9]
                + [0x81, 0x17, 0, 0, 0, 0, 0, 0, 0])
        #expect(found.characterSetCollations?.map { [$0.characterSet, $0.collation] } == [[45, 45]])
        #expect(found.characterSet.map { [$0.client, $0.connection, $0.server] } == [2048, 2048, 2304])
        #expect(found.ddlXID == 23)
        #expect(found.explicitDefaultsOption == true && !found.ifExistsOption)
        #expect(try session([0x83, 0, 4, 0, 8, 0, 8, 0, 9]).characterSetCollations == [])
    }

    @Test func optionsOfMariaDB() throws {
        #expect(try session([0, 0, 0, 0, 0]).explicitDefaultsOption == false)
        #expect(try session([0, 0, 0, 0, 0x11]).ifExistsOption)
    }

    /// `binlog_alter_two_phase` of MariaDB: the end names the beginning.
    @Test(arguments: [
        ([0x82, 2], QueryEvent.AlterPhase.started), ([0x82, 4, 5, 0, 0, 0, 0, 0, 0, 0], .committed), ([0x82, 8, 6, 0, 0, 0, 0, 0, 0, 0], .rolledBack),
    ])
    func alterPhases(_ status: [UInt8], _ phase: QueryEvent.AlterPhase) throws {
        let found = try session(status + [4, 33, 0, 33, 0, 45, 0])
        #expect(found.alterPhase == phase && found.characterSet?.client == 33)
    }
}
