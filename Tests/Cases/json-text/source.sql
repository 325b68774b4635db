CREATE TABLE docs (id INT PRIMARY KEY, j JSON);
INSERT INTO docs VALUES (1, '{"a": 1,   "b": [1, 2.50]}'), (2, '[]'), (3, NULL), (4, '"ä🚀"');
