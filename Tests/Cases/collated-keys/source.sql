CREATE TABLE words (w VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY KEY, v INT);
INSERT INTO words VALUES ('Apple', 1), ('banana', 2), ('Cherry', 3), ('', 4), ('élan', 5);
CREATE TABLE exact (w VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY, v INT);
INSERT INTO exact VALUES ('a', 1), ('A', 2), ('á', 3), ('', 4);
CREATE TABLE pair_keys (a CHAR(5), b VARCHAR(10), v INT, PRIMARY KEY (a, b));
INSERT INTO pair_keys VALUES ('x', 'y', 1), ('x', '', 2), ('', 'y', 3), ('xy', '', 4);
