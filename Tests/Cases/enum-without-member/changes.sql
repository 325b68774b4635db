SET sql_mode = '';
INSERT INTO choices VALUES (5, 'none of them'), (6, 'b');
UPDATE choices SET e = 'not one either' WHERE id = 1;
UPDATE choices SET e = 'a' WHERE id = 2;
DELETE FROM choices WHERE id = 3;
