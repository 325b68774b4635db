INSERT INTO decimals SELECT id + 10, a, b, c, d, e FROM decimals;
UPDATE decimals SET a = a / 3, e = e / 7 WHERE id IN (1, 2, 4);
DELETE FROM decimals WHERE id IN (3, 13);
INSERT INTO floats SELECT id + 20, f, d FROM floats;
UPDATE floats SET f = f / 3, d = d / 3;
UPDATE floats SET f = 0.2, d = 0.2 WHERE id = 7;
DELETE FROM floats WHERE id IN (8, 28);
