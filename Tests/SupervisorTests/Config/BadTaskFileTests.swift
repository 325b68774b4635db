import SupervisorConfig
import Testing

/// A file that is not valid, and each line of the message.
struct BadFile: CustomTestStringConvertible {
    let what: String
    let text: String
    let problems: [String]

    init(_ what: String, _ text: String, _ problems: String...) {
        self.what = what
        self.text = text
        self.problems = problems
    }

    var testDescription: String { what }
}

@Suite struct BadTaskFileTests {
    @Test(arguments: structure + endpoints + settings + objects)
    func everyProblemIsToldWithItsPlace(_ file: BadFile) throws {
        let source = ConfigTexts.source(file.text, environment: ["EMPTY": ""])
        let error = #expect(throws: InvalidFile.self) { try TaskFile(source) }
        #expect(error?.description.split(separator: "\n").map(String.init) == file.problems)
    }

    private static let rest = """

        target: {host: b, user: u, password: p}
        objects: [{database: shop}]
        """
    private static let endpointsOnly = """
        source: {host: a, user: u, password: p}
        target: {host: b, user: u, password: p}

        """
    private static let taskFields =
        "name, source, target, run, initialization, if_target_exists, conflict, sql, objects, limits, retry_minutes, billing, specification, owner"
    private static let passwords = "exactly one of password, password_env, password_file"

    static let structure = [
        BadFile("empty", "", "t.yml:1:1: found nothing; allowed: a YAML mapping"),
        BadFile("a list", "- a", "t.yml:1:1: found a list; allowed: a mapping with \(taskFields)"),
        BadFile(
            "not YAML",
            "name: [a\nsource: b",
            "t.yml:2:7: not YAML: did not find expected ',' or ']'"
        ),
        BadFile(
            "a tab",
            "source:\n\thost: a",
            "t.yml:2:1: not YAML: found character that cannot start any token"
        ),
        BadFile(
            "misspelt field",
            ConfigTexts.smallest + "\nretry_minute: 5",
            "t.yml:5:1: retry_minute: unknown field; did you mean 'retry_minutes'?; allowed: \(taskFields)"
        ),
        BadFile(
            "unknown field",
            ConfigTexts.smallest + "\ncolour: red",
            "t.yml:5:1: colour: unknown field; allowed: \(taskFields)"
        ),
        BadFile(
            "repeated field",
            ConfigTexts.smallest + "\nname: u\n'name': v",
            "t.yml:5:1: name: found again; allowed: once, and line 1 has it",
            "t.yml:6:1: name: found again; allowed: once, and line 1 has it"
        ),
        BadFile(
            "repeated field in two places, and another problem",
            "source: {host: a, user: u, host: c, password: p}\ntarget:\n  host: b\n  user: u\n  password: p\n  user: v\n"
                + "objects: [{database: shop}]\nbilling: never",
            "t.yml:1:28: source.host: found again; allowed: once, and line 1 has it",
            "t.yml:6:3: target.user: found again; allowed: once, and line 4 has it",
            "t.yml:8:10: billing: found 'never'; allowed: pay-as-you-go, monthly-subscription"
        ),
        BadFile(
            "nothing of what is required",
            "name: t",
            "t.yml:1:1: source: missing; required: an endpoint",
            "t.yml:1:1: target: missing; required: an endpoint",
            "t.yml:1:1: objects: missing; required: a list of databases"
        ),
    ]

    static let endpoints = [
        BadFile(
            "no password, no user, no address",
            "source: {type: mysql}" + rest,
            "t.yml:1:9: source.user: missing; required: a user of the database server",
            "t.yml:1:9: source.host: missing; required: one of host, socket, hosts",
            "t.yml:1:9: source.password: missing; required: \(passwords)"
        ),
        BadFile(
            "two passwords",
            "source: {host: a, user: u, password: p, password_env: X}" + rest,
            "t.yml:1:55: source.password_env: found together with password; allowed: \(passwords)"
        ),
        BadFile(
            "variable not set",
            "source: {host: a, user: u, password_env: NOT_SET}" + rest,
            "t.yml:1:42: source.password_env: found 'NOT_SET', which is not set; "
                + "allowed: the name of an environment variable that holds the password"
        ),
        BadFile(
            "variable empty",
            "source: {host: a, user: u, password_env: EMPTY}" + rest,
            "t.yml:1:42: source.password_env: found 'EMPTY', which is empty; "
                + "allowed: the name of an environment variable that holds the password"
        ),
        BadFile(
            "file missing",
            "source: {host: a, user: u, password_file: secret.txt}" + rest,
            "t.yml:1:43: source.password_file: found 'secret.txt', which cannot be read: No such file or directory; "
                + "allowed: the path of a file that holds the password"
        ),
        BadFile(
            "password is nothing",
            "source: {host: a, user: u, password: null}" + rest,
            "t.yml:1:38: source.password: found nothing; allowed: a text; write \"\" for an empty password"
        ),
        BadFile(
            "the value of a misspelt password is not told",
            "source: {host: a, user: u, pasword: top-secret}" + rest,
            "t.yml:1:9: source.password: missing; required: \(passwords)",
            "t.yml:1:28: source.pasword: unknown field; did you mean 'password'?; allowed: host, port, socket, hosts, user, "
                + "password, password_env, password_file, type, region, provider, access, tls, positioning"
        ),
        BadFile(
            "wrong types",
            "source: {host: [a], port: '3306', user: {}, password: p, tls: on}" + rest,
            "t.yml:1:16: source.host: found a list; allowed: a host name or address",
            "t.yml:1:27: source.port: found '3306'; allowed: a whole number, 1 to 65535",
            "t.yml:1:41: source.user: found a mapping; allowed: a user name",
            "t.yml:1:63: source.tls: found 'on'; allowed: a mapping with mode, ca, cert, key, cleartext_plugin, get_server_public_key"
        ),
        BadFile(
            "values out of range",
            "source: {host: a, port: 70000, user: u, password: p, type: mysqll, access: moon}" + rest,
            "t.yml:1:25: source.port: found '70000'; allowed: a whole number, 1 to 65535",
            "t.yml:1:60: source.type: found 'mysqll'; did you mean 'mysql'?; allowed: mysql, tdsql-c-mysql",
            "t.yml:1:76: source.access: found 'moon'; allowed: public, self-build-on-cvm, direct-connect, vpn, vpc, database, ccn"
        ),
        BadFile(
            "socket and host",
            "source: {socket: /s, host: a, port: 1, user: u, password: p}" + rest,
            "t.yml:1:28: source.host: found together with socket; allowed: either socket or host and port",
            "t.yml:1:37: source.port: found together with socket; allowed: either socket or host and port"
        ),
        BadFile(
            "several hosts",
            "source: {hosts: ['a:0', b], user: u, password: p, positioning: file}" + rest,
            "t.yml:1:18: source.hosts[0]: found 'a:0'; allowed: HOST or HOST:PORT"
        ),
        BadFile(
            "files of several hosts",
            "source: {hosts: [a, b], user: u, password: p, positioning: file}" + rest,
            "t.yml:1:60: source.positioning: found 'file' together with several hosts, whose files differ; allowed: auto, gtid"
        ),
        BadFile(
            "a password in clear for whoever answers",
            "source: {host: a, user: u, password: p, tls: {cleartext_plugin: true, get_server_public_key: yes}}" + rest,
            "t.yml:1:65: source.tls.cleartext_plugin: found with mode preferred and without ca; allowed: with verify-ca or verify-identity",
            "t.yml:1:94: source.tls.get_server_public_key: found 'yes'; allowed: true, false"
        ),
        BadFile(
            "TLS",
            "source: {host: a, user: u, password: p, tls: {mode: verify, cert: /c, kee: /k}}" + rest,
            "t.yml:1:46: source.tls.key: missing; required: the private key of cert",
            "t.yml:1:53: source.tls.mode: found 'verify'; allowed: disabled, preferred, required, verify-ca, verify-identity",
            "t.yml:1:71: source.tls.kee: unknown field; did you mean 'key'?; allowed: mode, ca, cert, key, cleartext_plugin, get_server_public_key"
        ),
    ]

    static let settings = [
        BadFile(
            "name",
            "name: ../x\n" + endpointsOnly + "objects: [{database: shop}]",
            "t.yml:1:7: name: found '../x'; allowed: 1 to 64 of the letters A-Z and a-z, digits, '.', '_' and '-', "
                + "starting with a letter, a digit or '_'"
        ),
        BadFile(
            "run",
            ConfigTexts.smallest + "\nrun: now",
            "t.yml:5:6: run: found 'now'; allowed: immediate, {at: TIME}"
        ),
        BadFile(
            "run at",
            ConfigTexts.smallest + "\nrun: {at: tomorrow}",
            "t.yml:5:11: run.at: found 'tomorrow'; allowed: a time such as 2026-12-01T02:00:00Z"
        ),
        BadFile(
            "initialization",
            ConfigTexts.smallest + "\ninitialization: [structure, datas, structure]",
            "t.yml:5:29: initialization[1]: found 'datas'; did you mean 'data'?; allowed: structure, data",
            "t.yml:5:36: initialization[2]: found 'structure' again; allowed: each once"
        ),
        BadFile(
            "conflict",
            ConfigTexts.smallest + "\nconflict: overwrit",
            "t.yml:5:11: conflict: found 'overwrit'; did you mean 'overwrite'?; "
                + "allowed: report, ignore, overwrite, {newest: COLUMN}, {newest: commit-time}"
        ),
        BadFile(
            "newest",
            ConfigTexts.smallest + "\nconflict: {newest: [a]}",
            "t.yml:5:20: conflict.newest: found a list; allowed: the name of a column, or commit-time"
        ),
        BadFile(
            "statements",
            ConfigTexts.smallest + "\nsql: [insert, upsert, {ddl: [create-tabel]}, ddl]",
            "t.yml:5:15: sql[1]: found 'upsert'; did you mean 'insert'?; allowed: insert, update, delete, ddl, {ddl: [KIND, …]}",
            "t.yml:5:30: sql[2].ddl[0]: found 'create-tabel'; did you mean 'create-table'?; allowed: create-database, "
                + "alter-database, drop-database, create-table, alter-table, drop-table, rename-table, truncate, create-index, "
                + "drop-index, create-view, drop-view",
            "t.yml:5:46: sql[3]: found 'ddl' again; allowed: each once"
        ),
        BadFile(
            "no statements",
            ConfigTexts.smallest + "\nsql: []",
            "t.yml:5:6: sql: found an empty list; allowed: a list of at least one of insert, update, delete, ddl"
        ),
        BadFile(
            "retry",
            ConfigTexts.smallest + "\nretry_minutes: 4",
            "t.yml:5:16: retry_minutes: found '4'; allowed: a whole number, 5 to 720, or 0"
        ),
        BadFile(
            "limits",
            ConfigTexts.smallest + "\nlimits:\n  rows_per_second: -1\n  load_threads: many\n  apply_threads: 65",
            "t.yml:6:20: limits.rows_per_second: found '-1'; allowed: a whole number, 0 or more",
            "t.yml:7:17: limits.load_threads: found 'many'; allowed: a whole number, 1 to 64",
            "t.yml:8:18: limits.apply_threads: found '65'; allowed: a whole number, 1 to 64"
        ),
        BadFile(
            "owner",
            ConfigTexts.smallest + "\nowner: {email: ops}",
            "t.yml:5:16: owner.email: found 'ops'; allowed: a mail address such as ops@example.com"
        ),
        BadFile(
            "if_target_exists",
            ConfigTexts.smallest + "\nif_target_exists:",
            "t.yml:5:18: if_target_exists: found nothing; allowed: error, ignore"
        ),
    ]

    static let objects = [
        BadFile(
            "no databases",
            endpointsOnly + "objects: []",
            "t.yml:3:10: objects: found an empty list; allowed: a list of at least one of databases"
        ),
        BadFile(
            "routines that are no list",
            endpointsOnly + "objects: [{database: shop, routines: some}]",
            "t.yml:3:38: objects[0].routines: found 'some'; allowed: true, false, or a list of names of procedures and functions"
        ),
        BadFile(
            "names only",
            endpointsOnly + "objects: [shop]",
            "t.yml:3:11: objects[0]: found 'shop'; allowed: a mapping with database, as, tables, views, routines"
        ),
        BadFile(
            "a database twice and one of the server",
            endpointsOnly + "objects:\n- database: a\n- database: a\n- database: MySQL",
            "t.yml:5:3: objects[1]: found database 'a' again; allowed: each database once",
            "t.yml:6:13: objects[2].database: found 'MySQL', which belongs to the server or to DTS; allowed: a database of your own"
        ),
        BadFile(
            "tables",
            endpointsOnly + "objects:\n- database: a\n  tables:\n  - {nam: t}\n  - {name: u, columns: []}\n  - u",
            "t.yml:6:5: objects[0].tables[0].name: missing; required: the name of a table",
            "t.yml:6:6: objects[0].tables[0].nam: unknown field; did you mean 'name'?; allowed: name, as, where, columns, rename",
            "t.yml:7:24: objects[0].tables[1].columns: found an empty list; allowed: a list of at least one of columns",
            "t.yml:8:5: objects[0].tables[2]: found table 'u' again; allowed: each table once"
        ),
        BadFile(
            "rows and columns of choice",
            endpointsOnly
                + "objects:\n- database: a\n  tables:\n  - {name: t, where: \"id = \\\"a\\\"\", columns: 5}\n"
                + "  - {name: u, columns: [a, A, {name: b, as: x}], rename: {c: X, b: y}}\n  - {name: v, rename: [a]}\n  - {name: w, rename: {a: q, b: Q}}",
            "t.yml:6:22: objects[0].tables[0].where: at character 6: found a double quote; write strings in single quotes and names in back "
                + "quotes",
            "t.yml:6:45: objects[0].tables[0].columns: found '5'; allowed: a list of columns",
            "t.yml:7:28: objects[0].tables[1].columns[1]: found 'A' again; allowed: each once",
            "t.yml:7:59: objects[0].tables[1].rename: found 'c', which 'columns' leaves out; allowed: columns that are synced",
            "t.yml:7:65: objects[0].tables[1].rename: found 'b' again; allowed: each column once",
            "t.yml:8:23: objects[0].tables[2].rename: found a list; allowed: a mapping of columns to their names on the target",
            "t.yml:9:23: objects[0].tables[3].rename: found 'q' for two columns; allowed: a name of its own for each"
        ),
    ]
}
