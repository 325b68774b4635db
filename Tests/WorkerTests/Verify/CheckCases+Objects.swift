import SyncModel
import SyncMySQL
import TestSupport
import WorkerVerify

extension CheckCase {
    /// The selected objects, on both sides.
    static let objects: [CheckCase] = [
        CheckCase(
            item: "object-mapping", level: .fail, code: .unsupported, named: "mysql",
            breaks: { $0.spec.objects = [ObjectSelection(database: "mysql")] }, mends: { $0.spec.objects = [ObjectSelection(database: "d")] }),
        CheckCase(
            item: "row-format", level: .fail, code: .unsupported, named: "d.f",
            breaks: { try $0.open(.source, "CREATE TABLE d.f (id INT PRIMARY KEY) ENGINE = MyISAM ROW_FORMAT = FIXED") }),
        CheckCase(
            item: "unknown-database", level: .fail, code: .unknownDatabase, named: "d2",
            breaks: { $0.spec.objects = [ObjectSelection(database: "d2")] }, mends: { $0.spec.objects = [ObjectSelection(database: "d")] }),
        CheckCase(
            item: "unknown-table", level: .fail, code: .unknownTable, named: "nope",
            breaks: { $0.spec.objects = [ObjectSelection(database: "d", tables: [TableSelection(name: "nope")])] },
            mends: { try $0.run(.source, "CREATE TABLE d.nope (id INT PRIMARY KEY)") }),
        CheckCase(
            item: "target-exists", level: .fail, code: .targetExists, named: "d.t",
            breaks: { try $0.run(.target, "CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(20))") },
            mends: { try $0.run(.target, "DROP TABLE d.t") }),
        CheckCase(
            item: "target-table-missing", level: .fail, code: .unknownTable, named: "d.t",
            before: {
                $0.spec.initialization = [.data]
                try $0.run(.target, "CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(20))")
            }, breaks: { try $0.run(.target, "DROP TABLE d.t") },
            mends: { try $0.run(.target, "CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(20))") }),
        .healthy("target-space", .skipped),
        CheckCase(
            item: "tables-without-key", level: .alarm, named: "d.k", breaks: { try $0.run(.source, "CREATE TABLE d.k (n INT)") },
            mends: { try $0.run(.source, "ALTER TABLE d.k ADD PRIMARY KEY (n)") }),
        CheckCase(
            item: "tables-without-key", level: .alarm, named: "with a generated column in it: d.g;", kinds: [.mysql],
            breaks: { try $0.run(.source, "CREATE TABLE d.g (n INT NOT NULL, k INT AS (n + 1) STORED NOT NULL PRIMARY KEY)") },
            mends: { try $0.run(.source, "ALTER TABLE d.g DROP PRIMARY KEY, ADD PRIMARY KEY (n)") }),
        CheckCase(
            item: "tables-without-key", level: .fail, code: .unsupported, named: "d.k", before: { $0.spec.source.provider = .aws },
            breaks: { try $0.run(.source, "CREATE TABLE d.k (n INT)") }, mends: { try $0.run(.source, "DROP TABLE d.k") }),
        CheckCase(
            item: "keyless-target-empty", level: .fail, code: .targetExists, named: "d.k",
            before: {
                $0.spec.ifTargetExists = .ignore
                try $0.run(.source, "CREATE TABLE d.k (n INT)", "INSERT INTO d.k VALUES (1)")
                try $0.run(.target, "CREATE DATABASE d", "CREATE TABLE d.k (n INT)")
            }, breaks: { try $0.run(.target, "INSERT INTO d.k VALUES (1)") }, mends: { try $0.run(.target, "TRUNCATE d.k") }),
        CheckCase(
            item: "foreign-key-cascades", level: .fail, code: .unsupported, named: "d.c", kinds: [.mariadb], before: { $0.makePair() },
            breaks: { try $0.run(.source, "CREATE TABLE d.c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES d.t (id) ON DELETE CASCADE)") },
            mends: { try $0.run(.source, "DROP TABLE d.c", "CREATE TABLE d.c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES d.t (id))") }),
        .healthy("foreign-key-cascades", .pass, [.mysql]),
        CheckCase(
            item: "foreign-key-parents", level: .fail, code: .verificationFailed, named: "d.c refers to d.t",
            before: { try $0.run(.source, "CREATE TABLE d.c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES d.t (id))") },
            breaks: { $0.spec.objects = [ObjectSelection(database: "d", tables: [TableSelection(name: "c")])] },
            mends: { $0.spec.objects = [ObjectSelection(database: "d", tables: [TableSelection(name: "c"), TableSelection(name: "t")])] }),
        CheckCase(
            item: "generated-columns", level: .fail, code: .typeUnsupported, named: "d.z.d",
            breaks: { try $0.run(.source, "CREATE TABLE d.z (id INT PRIMARY KEY, ts TIMESTAMP NULL, d DATE AS (DATE(ts)) STORED, e INT AS (id + 1) STORED)") },
            mends: { try $0.run(.source, "ALTER TABLE d.z DROP COLUMN d, ADD COLUMN d DATE AS (DATE(ts)) VIRTUAL") }),
        CheckCase(
            item: "generated-columns", level: .fail, code: .typeUnsupported, named: "d.z.d",
            breaks: {
                try $0.run(
                    .source, "CREATE TABLE d.z (id INT PRIMARY KEY, `odd ``name` TIMESTAMP NULL, d DATE AS (DATE(`odd ``name`)) VIRTUAL, INDEX by_d (d))")
            }, mends: { try $0.run(.source, "ALTER TABLE d.z DROP INDEX by_d") }),
        CheckCase(
            item: "auto-increment", level: .alarm, named: "1 and 1",
            before: {
                $0.makePair()
                try $0.run(.source, "CREATE TABLE d.a (id INT AUTO_INCREMENT PRIMARY KEY)")
                try $0.set(.source, "auto_increment_increment", "2")
                try $0.set(.target, "auto_increment_increment", "2")
                try $0.set(.target, "auto_increment_offset", "2")
            }, breaks: { for side in [CheckItem.Server.source, .target] { try $0.set(side, "auto_increment_increment", "1") } }),
        CheckCase(
            item: "structure", level: .fail, code: .unsupported, named: "d.m",
            breaks: { try $0.run(.source, "CREATE TABLE d.m (id INT NOT NULL, KEY (id)) ENGINE = MERGE") }, mends: { try $0.run(.source, "DROP TABLE d.m") }),
        CheckCase(
            item: "definers", level: .alarm, named: "d.v",
            before: {
                try $0.run(.source, "CREATE USER ghost@'%' IDENTIFIED BY 'Ghost-1'", "GRANT SELECT ON d.* TO ghost@'%'", undo: ["DROP USER ghost@'%'"])
                try $0.run(.target, "CREATE USER ghost@'%' IDENTIFIED BY 'Ghost-1'", undo: ["DROP USER IF EXISTS ghost@'%'"])
                try $0.run(.source, "CREATE DEFINER = ghost@'%' VIEW d.v AS SELECT id FROM d.t")
            }, breaks: { try $0.run(.target, "DROP USER ghost@'%'") }, mends: { try $0.run(.target, "CREATE USER ghost@'%' IDENTIFIED BY 'Ghost-1'") }),
        CheckCase(
            item: "routines", level: .fail, code: .unsupported, named: "d.f",
            before: {
                $0.spec.objects[0].routines = .all
                try $0.set(.source, "log_bin_trust_function_creators", "ON")
                try $0.set(.target, "log_bin_trust_function_creators", "ON")
                try $0.run(.source, "CREATE FUNCTION d.f() RETURNS INT RETURN 1")
            }, breaks: { try $0.run(.target, "SET GLOBAL log_bin_trust_function_creators = OFF") }),
        CheckCase(
            item: "not-copied", level: .alarm, named: "event d.e",
            breaks: { try $0.run(.source, "CREATE EVENT d.e ON SCHEDULE EVERY 1 YEAR STARTS '2035-01-01' DO DO 0") },
            mends: { try $0.run(.source, "DROP EVENT d.e") }),
        CheckCase(
            item: "schema-equality", level: .fail, code: .schemaMismatch, named: "column v",
            before: {
                $0.spec.ifTargetExists = .ignore
                try $0.run(.target, "CREATE DATABASE d")
                try $0.run(
                    .target, "CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(20) COLLATE \(try $0.source.value(Self.collation) ?? "utf8mb4_bin"))")
            }, breaks: { try $0.run(.target, "ALTER TABLE d.t DROP COLUMN v") },
            mends: { try $0.run(.target, "ALTER TABLE d.t ADD COLUMN v VARCHAR(20) COLLATE \(try $0.source.value(Self.collation) ?? "utf8mb4_bin")") }),
        CheckCase(
            item: "column-types", level: .fail, code: .typeUnsupported, named: "d.h", kinds: [.mariadb],
            breaks: { try $0.run(.source, "CREATE TABLE d.h (id INT PRIMARY KEY) WITH SYSTEM VERSIONING") },
            mends: { try $0.run(.source, "DROP TABLE d.h") }),
        .healthy("column-types", .pass, [.mysql]),
        CheckCase(
            item: "engines", level: .fail, code: .unsupported, named: "d.t (MyISAM)",
            before: {
                $0.spec.ifTargetExists = .ignore
                try $0.run(.target, "CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(20))")
            }, breaks: { try $0.run(.target, "ALTER TABLE d.t ENGINE = MyISAM") }),
        CheckCase(item: "engines", level: .alarm, named: "d.t (MyISAM)", breaks: { try $0.run(.source, "ALTER TABLE d.t ENGINE = MyISAM") }),
        CheckCase(
            item: "target-triggers", level: .alarm, named: "tr on d.t",
            before: {
                $0.spec.ifTargetExists = .ignore
                try $0.run(.target, "CREATE DATABASE d", "CREATE TABLE d.t (id INT PRIMARY KEY, v VARCHAR(20))")
            }, breaks: { try $0.run(.target, "CREATE TRIGGER d.tr BEFORE INSERT ON d.t FOR EACH ROW SET @x = 1") }),
        CheckCase(
            item: "structure-left-out", level: .alarm, named: "key by_v",
            before: { $0.spec.objects = [ObjectSelection(database: "d", tables: [TableSelection(name: "t", columns: ["id"])])] },
            breaks: { try $0.run(.source, "ALTER TABLE d.t ADD INDEX by_v (v)") }, mends: { try $0.run(.source, "ALTER TABLE d.t DROP INDEX by_v") }),
        .healthy("collations", .pass),
    ]

    /// From MySQL to a MariaDB with further plugins.
    static let acrossWithPlugins: [CheckCase] = [
        CheckCase(
            item: "collations", level: .alarm, named: "utf8mb4_uca1400_nopad_as_cs", before: { try $0.source.execute(Self.bothKnow("utf8mb4_bin")) },
            breaks: { try $0.source.execute(Self.bothKnow("utf8mb4_0900_as_cs")) }, mends: { try $0.source.execute(Self.bothKnow("utf8mb4_bin")) }),
        CheckCase(
            item: "rocksdb-unique-check", level: .fail, code: .verificationFailed, named: ".*",
            before: { try $0.set(.target, "rocksdb_skip_unique_check_tables", "NULL") },
            breaks: { try $0.run(.target, "SET GLOBAL rocksdb_skip_unique_check_tables = '.*'") }),
        CheckCase(
            item: "target-space", level: .fail, code: .verificationFailed, breaks: { $0.limits.spaceFactor = 1e12 }, mends: { $0.limits.spaceFactor = 1.2 }),
        // Without FILE the server does not tell.
        CheckCase(item: "target-space", level: .skipped, healthy: .skipped, before: { try $0.logIn(.target, "ALL ON d.*") }),
    ]

    private static func bothKnow(_ collation: String) -> String {
        "ALTER TABLE d.t MODIFY v VARCHAR(20) CHARACTER SET utf8mb4 COLLATE \(collation), DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    }

    private static let collation = "SELECT COLLATION_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'd' AND TABLE_NAME = 't' AND COLUMN_NAME = 'v'"
}
