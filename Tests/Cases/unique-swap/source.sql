CREATE TABLE seats (id INT PRIMARY KEY, seat VARCHAR(10) UNIQUE, place INT, UNIQUE KEY place (place));
INSERT INTO seats VALUES (1, 'A', 10), (2, 'B', 20), (3, 'C', 30), (4, NULL, NULL), (5, NULL, 50);
CREATE TABLE computed (id INT PRIMARY KEY, email VARCHAR(30), folded VARCHAR(30) GENERATED ALWAYS AS (LOWER(email)) STORED UNIQUE);
INSERT INTO computed (id, email) VALUES (1, 'A@x'), (2, 'B@x'), (3, 'C@x');
