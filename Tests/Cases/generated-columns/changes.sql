INSERT INTO sums (id, a, b, last_one) VALUES (4, 10, 20, 30);
UPDATE sums SET a = 5 WHERE id IN (1, 2);
DELETE FROM sums WHERE id = 3;
UPDATE first_generated SET id = 7 WHERE id = 1;
INSERT INTO first_generated (id, v) VALUES (9, 9);
