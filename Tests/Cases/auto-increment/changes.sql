INSERT INTO counted (v) VALUES (6), (7);
UPDATE counted SET v = v + 10 WHERE id = 0;
UPDATE counted SET id = 100 WHERE id = 1;
INSERT INTO counted (v) VALUES (8);
DELETE FROM counted WHERE id = -5;
