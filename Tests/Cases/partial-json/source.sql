CREATE TABLE j (id INT PRIMARY KEY, doc JSON, n INT, other JSON);
CREATE TABLE nokey (doc JSON, v INT);
INSERT INTO j VALUES
    (1, '{"a": "a text that is long enough", "b": [1, 2, 3, {"c": null}], "n": 12345678901234567890, "d": 1.5e300, "long": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}', 1, '[1, 2, 3, "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"]'),
    (2, '{"a key": {"b.c": {"d\\"e": 1, "": 2, "f[0]": 3}, "\\u0007": 4, "数据": 5, "\\\\": 6}, "long": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}', 2, NULL),
    (3, JSON_OBJECT('at', TIMESTAMP'2024-02-29 12:34:56.789', 'd', CAST(1.50 AS DECIMAL(10, 4)), 'b', CAST('bytes' AS BINARY), 'l', REPEAT('z', 200)), 3, '{}'),
    (4, JSON_OBJECT('big', REPEAT('k', 100000), 'x', JSON_ARRAY(1, 2), 'y', JSON_OBJECT('z', TRUE)), 4, '[[[[1]]], "llllllllllllllllllllllllllllllllllllllllll"]'),
    (5, NULL, 5, '{"a": 1}');
INSERT INTO nokey SELECT doc, id FROM j;
