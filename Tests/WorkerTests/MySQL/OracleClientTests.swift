import SystemPackage
import TestSupport
import Testing

/// The C code has branches for Oracle's client library, which the build of this Debian never sees.
@Suite struct OracleClientTests {
    @Test(arguments: ["cmysql.c", "process.c"])
    func itCompiles(file: String) async throws {
        try await Scope.with { scope in
            let headers = try await Self.headers()
            let source = Repository.root.appending("Sources/Worker/CMySQL/\(file)").string
            let object = scope.folder.appending("\(file).o").string
            _ = try await Self.run("clang", ["-c", "-Wall", "-Wextra", "-Werror", "-isystem", headers, source, "-o", object]).succeeded()
        }
    }

    /// The headers that were found are Oracle's, and the code knows.
    @Test func itIsCompiledAsOracles() async throws {
        let source = Repository.root.appending("Sources/Worker/CMySQL/cmysql.c").string
        let macros = try await Self.run("clang", ["-E", "-dM", "-isystem", try await Self.headers(), source]).succeeded().output
        #expect(macros.contains("#define DTS_MARIADB_CLIENT 0\n"))
        #expect(macros.contains("#define MYSQL_SERVER_VERSION "))
    }

    private static func headers() async throws -> String {
        let told = try await Command.run(Repository.script("servers"), ["client", "mysql"]).succeeded().output
        return String(told.prefix { $0 != "\n" })
    }

    /// Found by PATH: clang comes with Swift.
    private static func run(_ program: String, _ arguments: [String]) async throws -> Command {
        try await Command.run("/usr/bin/env", [program] + arguments)
    }
}
