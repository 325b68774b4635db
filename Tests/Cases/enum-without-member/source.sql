SET sql_mode = '';
CREATE TABLE choices (id INT PRIMARY KEY, e ENUM('a', 'b', '') NULL);
INSERT INTO choices VALUES (1, 'a'), (2, 'no such member'), (3, ''), (4, NULL);
CREATE TABLE keyless (e ENUM('x', 'y') NULL, v INT);
INSERT INTO keyless VALUES ('x', 1), ('no such member', 2), (NULL, 3);
CREATE TABLE two (id INT PRIMARY KEY, u INT UNIQUE, e ENUM('x') NULL, f ENUM('y') NULL);
INSERT INTO two VALUES (1, 1, 'none', 'none'), (2, 2, 'x', 'none');
