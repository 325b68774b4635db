-- Documents are logged as differences from what they were.
SET binlog_row_value_options = PARTIAL_JSON;
UPDATE j SET doc = JSON_SET(doc, '$.a', 'short', '$.b[1]', 'two', '$.new', JSON_OBJECT('k', 1)) WHERE id = 1;
UPDATE j SET doc = JSON_REMOVE(doc, '$.b[0]', '$.n'), other = JSON_REMOVE(other, '$[1]') WHERE id = 1;
UPDATE j SET doc = JSON_REPLACE(doc, '$.d', -7, '$.b[last].c', 1e22) WHERE id = 1;
UPDATE j SET doc = JSON_SET(doc, '$.b[99]', FALSE, '$.a', CAST('[]' AS JSON)) WHERE id = 1;
UPDATE j SET doc = JSON_SET(doc, '$.a[0]', 'in an empty array') WHERE id = 1;
-- A path that wraps a scalar.
UPDATE j SET doc = JSON_SET(doc, '$.d[0]', 5) WHERE id = 1;
-- Nothing changes.
UPDATE j SET doc = JSON_SET(doc, '$.d', 5), n = n + 1 WHERE id = 1;
UPDATE j SET doc = JSON_SET(doc, '$."a key"."b.c"."d\\"e"', 'changed', '$."a key"."数据"', '据', '$."a key"."b.c".""', NULL) WHERE id = 2;
UPDATE j SET doc = JSON_SET(doc, '$."a key"."b.c"."f[0]"', 33, '$."a key"."\\u0007"', 44, '$."a key"."\\\\"', 66) WHERE id = 2;
UPDATE j SET doc = JSON_REMOVE(doc, '$."a key"."b.c"."f[0]"') WHERE id = 2;
UPDATE j SET doc = JSON_SET(doc, '$.l', DATE'2020-01-01', '$.at', TIME'-12:00:00.5') WHERE id = 3;
UPDATE j SET doc = JSON_SET(doc, '$.d', CAST(2.25 AS DECIMAL(10, 2)), '$.b', 18446744073709551615) WHERE id = 3;
UPDATE j SET doc = JSON_SET(doc, '$.x[0]', REPEAT('v', 70000), '$.y.z', FALSE, '$.w', 1), other = JSON_SET(other, '$[0][0][0][0]', 'deep') WHERE id = 4;
UPDATE j SET doc = JSON_REMOVE(doc, '$.big') WHERE id = 4;
UPDATE j SET doc = JSON_SET(doc, '$.x', 1), other = JSON_SET(other, '$.b', 2) WHERE id = 5;
UPDATE j SET doc = JSON_OBJECT('whole', id), n = NULL WHERE id = 5;
-- Several rows in one event, all differences or none.
UPDATE j SET doc = JSON_SET(doc, '$.all', id), other = JSON_SET(other, '$.all', id);
UPDATE nokey SET doc = JSON_SET(doc, '$.long', 'short'), v = v + 10 WHERE v < 3;
BEGIN;
UPDATE j SET doc = JSON_SET(doc, '$.all', 'again') WHERE id < 4;
UPDATE j SET doc = JSON_REMOVE(doc, '$.all') WHERE id < 4;
UPDATE j SET id = 10, doc = JSON_SET(doc, '$.moved', TRUE) WHERE id = 4;
DELETE FROM j WHERE id = 3;
COMMIT;
SET SESSION binlog_transaction_compression = ON;
UPDATE j SET doc = JSON_SET(doc, '$.compressed', TRUE);
