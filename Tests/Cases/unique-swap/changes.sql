START TRANSACTION;
UPDATE seats SET seat = 'tmp' WHERE id = 1;
UPDATE seats SET seat = 'A' WHERE id = 2;
UPDATE seats SET seat = 'B' WHERE id = 1;
COMMIT;
-- A value goes round three rows.
START TRANSACTION;
UPDATE seats SET place = NULL WHERE id = 1;
UPDATE seats SET place = 10 WHERE id = 2;
UPDATE seats SET place = 20 WHERE id = 3;
UPDATE seats SET place = 30 WHERE id = 1;
COMMIT;
-- A new row takes the value of a deleted one.
START TRANSACTION;
DELETE FROM seats WHERE id = 3;
INSERT INTO seats VALUES (6, 'C', 20);
COMMIT;
UPDATE seats SET seat = 'D' WHERE id = 4;
UPDATE seats SET seat = NULL WHERE id = 1;
UPDATE seats SET seat = 'B' WHERE id = 5;
REPLACE INTO seats VALUES (7, 'D', 10);
START TRANSACTION;
UPDATE computed SET email = 'T@x' WHERE id = 1;
UPDATE computed SET email = 'a@X' WHERE id = 2;
UPDATE computed SET email = 'b@X' WHERE id = 1;
COMMIT;
UPDATE computed SET email = 'd@x' WHERE id = 3;
INSERT INTO computed (id, email) VALUES (0, 'C@X');
