-- A foreign key over a virtual column, whose index MariaDB makes by itself only where it checks foreign keys.
CREATE TABLE parents (id INT PRIMARY KEY);
CREATE TABLE children (id INT PRIMARY KEY, v INT AS (id + 2) VIRTUAL);
INSERT INTO parents VALUES (3), (4);
INSERT INTO children (id) VALUES (1);
