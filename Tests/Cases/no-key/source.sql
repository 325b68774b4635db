CREATE TABLE plain (a INT, b VARCHAR(20), c DOUBLE, d DECIMAL(10,3), e BLOB);
INSERT INTO plain VALUES (1, 'x', 0.1, 1.5, x'00'), (1, 'x', 0.1, 1.5, x'00'), (1, 'x', 0.1, 1.5, x'00'), (2, NULL, NULL, NULL, NULL),
    (2, NULL, NULL, NULL, NULL), (3, '', -0.3, 0, '');
-- A unique key over a column that may be NULL is none.
CREATE TABLE maybe (a INT UNIQUE, b INT);
INSERT INTO maybe VALUES (1, 1), (NULL, 2), (NULL, 2), (NULL, 3);
