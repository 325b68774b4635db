CREATE TABLE seed (n INT PRIMARY KEY);
INSERT INTO seed VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
CREATE TABLE rows_of_one (id INT PRIMARY KEY, text_of VARCHAR(200), v BIGINT);
