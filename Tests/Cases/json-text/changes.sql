INSERT INTO docs SELECT id + 100, j FROM docs;
UPDATE docs SET j = JSON_SET(j, '$.a', 1.50, '$.c', 'new') WHERE id = 1;
DELETE FROM docs WHERE id = 2;
