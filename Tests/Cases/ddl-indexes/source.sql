CREATE TABLE t (id INT, a INT, b VARCHAR(50));
INSERT INTO t VALUES (1, 10, 'x'), (2, 20, 'y'), (2, 20, 'y');
CREATE TABLE u (id INT PRIMARY KEY, a INT, b VARCHAR(50));
INSERT INTO u VALUES (1, 10, 'x'), (2, 20, 'y');
