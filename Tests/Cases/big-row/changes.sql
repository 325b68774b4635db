INSERT INTO big VALUES (4, REPEAT(x'5C0027', 1700000), REPEAT('数据', 300000));
UPDATE big SET body = CONCAT(body, x'01') WHERE id = 1;
UPDATE big SET words = 'short' WHERE id = 2;
DELETE FROM big WHERE id = 3;
