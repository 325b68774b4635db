CREATE TABLE seats (id INT PRIMARY KEY, seat VARCHAR(10) UNIQUE, place INT, UNIQUE KEY place (place));
INSERT INTO seats VALUES (1, 'A', 10), (2, 'B', 20), (3, 'C', 30), (4, NULL, NULL), (5, NULL, 50);
