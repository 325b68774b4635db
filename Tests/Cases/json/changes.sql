INSERT INTO docs SELECT id + 100, j FROM docs;
UPDATE docs SET j = JSON_SET(j, '$.a', 'changed', '$.b[1]', CAST('7.70' AS DECIMAL(5,2)), '$.new', JSON_ARRAY(1, NULL)) WHERE id = 1;
UPDATE docs SET j = JSON_REMOVE(j, '$.date') WHERE id = 9;
UPDATE docs SET j = JSON_ARRAY(REPEAT('x', 70000), REPEAT('y', 70000)) WHERE id = 2;
DELETE FROM docs WHERE id = 10;
