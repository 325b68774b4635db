CREATE TABLE bytes (id INT PRIMARY KEY, b BINARY(8), vb VARBINARY(20), tb TINYBLOB, bl BLOB, mb MEDIUMBLOB, lb LONGBLOB);
INSERT INTO bytes VALUES
    (1, x'0100000000000000', x'010000', x'00', x'0000', x'6100', x'00FF00'),
    (2, x'00', x'', x'', x'', x'', x''),
    (3, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, x'2020202020202020', x'612020', x'20', x'0A0D1A', x'2722', x'5C5C00');
CREATE TABLE by_binary (k BINARY(4) PRIMARY KEY, v INT);
INSERT INTO by_binary VALUES (x'00000000', 1), (x'01000000', 2), (x'01000001', 3), (x'20202020', 4);
CREATE TABLE by_varbinary (k VARBINARY(8) PRIMARY KEY, v INT);
INSERT INTO by_varbinary VALUES (x'', 1), (x'00', 2), (x'0000', 3), (x'20', 4), (x'2000', 5);
CREATE TABLE by_blob (k BLOB NOT NULL, v INT, PRIMARY KEY (k(10)));
INSERT INTO by_blob VALUES (x'01', 1), (x'0100', 2);
