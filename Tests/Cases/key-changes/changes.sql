-- One statement that moves every row onto its neighbour's key.
UPDATE items SET id = id + 1 ORDER BY id DESC;
UPDATE items SET id = id - 1 ORDER BY id;
-- Two rows change places by way of a third key.
START TRANSACTION;
UPDATE items SET id = 100 WHERE id = 1;
UPDATE items SET id = 1 WHERE id = 2;
UPDATE items SET id = 2 WHERE id = 100;
COMMIT;
-- A key is left and taken by a new row in the same transaction.
START TRANSACTION;
UPDATE items SET id = 30 WHERE id = 3;
INSERT INTO items VALUES (3, 'new three');
DELETE FROM items WHERE id = 4;
UPDATE items SET id = 4 WHERE id = 5;
COMMIT;
UPDATE chain SET a = a + 1 ORDER BY a DESC, b;
UPDATE chain SET b = 3 - b WHERE a = 9;
UPDATE chain SET a = 5, b = 5, v = 55 WHERE a = 2 AND b = 1;
