CREATE TABLE items (id INT PRIMARY KEY, v VARCHAR(20));
INSERT INTO items VALUES (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four'), (5, 'five');
CREATE TABLE chain (a INT, b INT, v INT, PRIMARY KEY (a, b));
INSERT INTO chain VALUES (1, 1, 11), (1, 2, 12), (2, 1, 21), (2, 2, 22);
