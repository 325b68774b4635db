CREATE TABLE texts (
    id INT PRIMARY KEY,
    l1 VARCHAR(50) CHARACTER SET latin1, l2 VARCHAR(50) CHARACTER SET latin2, g VARCHAR(50) CHARACTER SET gbk,
    sj VARCHAR(50) CHARACTER SET sjis, b5 VARCHAR(50) CHARACTER SET big5, u3 VARCHAR(50) CHARACTER SET utf8mb3,
    u4 VARCHAR(50) CHARACTER SET utf8mb4, u16 VARCHAR(50) CHARACTER SET utf16, u32 CHAR(10) CHARACTER SET utf32,
    fixed CHAR(10) CHARACTER SET utf8mb4, long_text LONGTEXT CHARACTER SET gbk
);
INSERT INTO texts VALUES
    (1, 'Grüße £ ÿ', 'Zażółć', '数据库同步', '日本語ソ表', '資料庫', 'Ελλάδα', '🚀 a\0b', '🚀é', '𝄞x', 'ab   ', '汉字'),
    (2, '', '', '', '', '', '', '', '', '', '', ''),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, 'it''s \\ "q" %_', 'back\\slash', '''\\', '\\', '''', '\\', 'a\nb\rc\td\Ze', '''', '\\', '''', REPEAT('字', 40000));
CREATE TABLE by_latin (k VARCHAR(30) CHARACTER SET latin1 COLLATE latin1_swedish_ci PRIMARY KEY, v INT);
INSERT INTO by_latin VALUES ('straße', 1), ('Ägypten', 2), ('zürich', 3);
CREATE TABLE by_gbk (k VARCHAR(30) CHARACTER SET gbk PRIMARY KEY, v INT);
INSERT INTO by_gbk VALUES ('北京', 1), ('上海', 2), ('誠\\', 3);
