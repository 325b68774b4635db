SET sql_mode = '';
CREATE TABLE choices (
    id INT PRIMARY KEY, e ENUM('a', 'B', 'it''s', '', 'ä') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, s SET('x', 'y', 'z') NOT NULL,
    b1 BIT(1), b9 BIT(9), b64 BIT(64)
);
INSERT INTO choices VALUES
    (1, 'a', 'x', b'1', b'101010101', x'FFFFFFFFFFFFFFFF'), (2, 'ä', 'x,y,z', b'0', 0, 0),
    (3, 'it''s', '', NULL, NULL, NULL), (4, '', 'z,x', 1, 256, 9223372036854775808), (5, NULL, '', 0, 1, 1);
CREATE TABLE by_enum (e ENUM('one', 'two', 'three') PRIMARY KEY, v INT);
INSERT INTO by_enum VALUES ('three', 3), ('one', 1);
CREATE TABLE by_bit (b BIT(12) PRIMARY KEY, v INT);
INSERT INTO by_bit VALUES (b'000000000000', 0), (b'000100000000', 1), (b'111111111111', 2);
CREATE TABLE wide_set (
    id INT PRIMARY KEY,
    s SET('m01','m02','m03','m04','m05','m06','m07','m08','m09','m10','m11','m12','m13','m14','m15','m16','m17','m18','m19','m20','m21',
        'm22','m23','m24','m25','m26','m27','m28','m29','m30','m31','m32','m33','m34','m35','m36','m37','m38','m39','m40','m41','m42','m43',
        'm44','m45','m46','m47','m48','m49','m50','m51','m52','m53','m54','m55','m56','m57','m58','m59','m60','m61','m62','m63','m64')
);
INSERT INTO wide_set VALUES (1, 'm01,m64'), (2, 18446744073709551615), (3, '');
