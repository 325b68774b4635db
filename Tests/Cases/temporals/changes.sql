SET time_zone = '+09:00';
INSERT INTO times SELECT id + 10, d, t, t1, t6, dt, dt2, dt6, ts, ts3, ts6, y FROM times;
SET time_zone = '-11:30';
UPDATE times SET t = ADDTIME(t, '00:00:01'), dt6 = dt6 - INTERVAL 1 MICROSECOND, ts6 = ts6 + INTERVAL 1 MICROSECOND WHERE id = 4;
UPDATE times SET ts = '2026-10-25 02:30:00', ts3 = '2026-10-25 02:30:00.999' WHERE id = 3;
UPDATE times SET t1 = '-00:00:00.9', t6 = '-01:00:00.000001' WHERE id = 14;
DELETE FROM times WHERE id = 2;
