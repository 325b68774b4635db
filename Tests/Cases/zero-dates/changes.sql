SET sql_mode = 'ALLOW_INVALID_DATES';
INSERT INTO zeros SELECT id + 10, d, dt, ts FROM zeros;
UPDATE zeros SET d = '0000-00-00', dt = '2026-04-31 01:02:03.000004' WHERE id = 3;
UPDATE zeros SET d = '2026-01-01', ts = '2026-02-02 02:02:02' WHERE id = 1;
DELETE FROM zeros WHERE id = 12;
UPDATE by_date SET v = v + 10;
UPDATE by_date SET d = '2026-00-02' WHERE d = '2026-00-01';
DELETE FROM by_date WHERE v = 11;
