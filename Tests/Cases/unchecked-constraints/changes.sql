SET check_constraint_checks = 0;
INSERT INTO held VALUES (4, 600, 600), (5, 101, 101);
UPDATE held SET v = 2 WHERE id = 1;
ALTER TABLE held ADD COLUMN x INT DEFAULT 0 CHECK (x > 10);
ALTER TABLE held ADD CHECK (v + w + x < 300);
SET check_constraint_checks = 1;
INSERT INTO held VALUES (6, 102, 102, 11);
DELETE FROM held WHERE id = 2;
