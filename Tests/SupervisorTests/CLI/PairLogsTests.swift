import SupervisorAPI
import SupervisorCLI
import Testing

/// `pair logs --follow`.
@Suite(.timeLimit(.minutes(10))) struct PairLogsTests {
    /// What ends in the middle of a line is printed when the line is whole, behind the name of its task, and moves no cursor.
    @Test func bothLogsAreFollowedInWholeLines() async throws {
        try await TestDaemon.run { (daemon) async throws in
            try daemon.folder.write(ConfigTexts.smallestPair, to: "p.yml")
            #expect(await daemon.run("pair", "create", "-f", "\(daemon.folder.path)/p.yml").status == 0)
            await daemon.operations.setLog("shop-a-to-b", "a begins\na is half")
            await daemon.operations.setLog("shop-b-to-a", "b begins\nb is half")
            let text = Text()
            // It ends as it does when its reader has left.
            let surroundings = Surroundings(
                environment: [DataFolder.variable: daemon.folder.path],
                output: { piece in
                    text.append(piece)
                    return text.value.ranges(of: "the end").count < 2
                }, errors: { _ in })
            async let status = Surroundings.$current.withValue(surroundings) {
                await CLI.run(TestRoot.self, arguments: ["pair", "logs", "shop", "--follow"])
            }
            #expect(await eventually { text.value.contains("a begins") && text.value.contains("b begins") })
            #expect(!text.value.contains("half"))
            await daemon.operations.writeLog(" done\n\u{1B}[2Jx\nthe end\n")
            #expect(await status == 1)
            let lines = text.value.split(separator: "\n").map(String.init)
            for (task, side) in [("shop-a-to-b", "a"), ("shop-b-to-a", "b")] {
                #expect(
                    lines.filter { $0.hasPrefix("\(task)  ") } == [
                        "\(task)  \(side) begins", "\(task)  \(side) is half done", "\(task)  \u{FFFD}[2Jx", "\(task)  the end",
                    ], "\(lines)")
            }
            #expect(lines.count == 8)
        }
    }
}
