-- The text of each statement comes before its rows, also within a compressed transaction.
SET binlog_rows_query_log_events = ON;
INSERT INTO t VALUES (3, REPEAT('three', 300));
UPDATE t SET v = 'changed' WHERE id = 1;
SET binlog_transaction_compression = ON;
BEGIN;
DELETE FROM t WHERE id = 2;
UPDATE t SET v = CONCAT(v, '!');
COMMIT;
