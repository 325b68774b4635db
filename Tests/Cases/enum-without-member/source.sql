SET sql_mode = '';
CREATE TABLE choices (id INT PRIMARY KEY, e ENUM('a', 'b', '') NULL);
INSERT INTO choices VALUES (1, 'a'), (2, 'no such member'), (3, ''), (4, NULL);
