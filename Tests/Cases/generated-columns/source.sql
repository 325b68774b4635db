CREATE TABLE sums (
    id INT PRIMARY KEY, a INT, b INT,
    total INT GENERATED ALWAYS AS (a + b) STORED,
    text_of VARCHAR(30) GENERATED ALWAYS AS (CONCAT(a, '-', b)) VIRTUAL,
    last_one INT
);
INSERT INTO sums (id, a, b, last_one) VALUES (1, 1, 2, 3), (2, NULL, 2, 3), (3, -1, 1, NULL);
CREATE TABLE first_generated (g INT GENERATED ALWAYS AS (id * 2) STORED, id INT PRIMARY KEY, v INT);
INSERT INTO first_generated (id, v) VALUES (1, 1), (2, 2);
