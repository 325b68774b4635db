-- What expressions make of values that do not suit them is nobody's mistake but the table's: a session without strict mode accepts it.
CREATE TABLE keyed (
    id INT PRIMARY KEY, t VARCHAR(60), n INT,
    number INT AS (CAST(t AS SIGNED)) STORED,
    opposite TINYINT AS (ABS(n)) VIRTUAL,
    day DATE AS (CAST(t AS DATE)) VIRTUAL, positive BIGINT UNSIGNED AS (CAST(n AS UNSIGNED)) VIRTUAL,
    KEY by_opposite (opposite)
);
CREATE TABLE keyless (t VARCHAR(60), n INT, number INT AS (CAST(t AS SIGNED)) STORED, opposite TINYINT AS (ABS(n)) VIRTUAL, day CHAR(9) AS (DAYNAME(t)));
SET sql_mode = '';
INSERT INTO keyed (id, t, n) VALUES (1, '1', 1), (2, 'two', 2), (3, '3 for column ''t'' at row 1', -300);
INSERT INTO keyless (t, n) VALUES ('1', 1), ('two', 300);
