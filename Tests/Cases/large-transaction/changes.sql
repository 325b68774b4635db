INSERT INTO rows_of_one
    SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n, REPEAT(CHAR(65 + a.n), 20 * b.n), a.n * b.n * c.n
    FROM seed a, seed b, seed c, seed d, seed e WHERE e.n < 4;
START TRANSACTION;
UPDATE rows_of_one SET v = v + 1;
DELETE FROM rows_of_one WHERE id % 7 = 0;
UPDATE rows_of_one SET id = id + 1000000 WHERE id % 11 = 0;
COMMIT;
