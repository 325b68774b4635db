-- Nobody else knows the variable: what stands before the statement is for the session that wrote it.
SET @seconds = 9;
CREATE TABLE emptied (id INT PRIMARY KEY);
INSERT INTO emptied VALUES (1), (2);
SET STATEMENT max_statement_time = @seconds FOR TRUNCATE emptied;
INSERT INTO emptied VALUES (3);
SET STATEMENT max_statement_time = @seconds, lock_wait_timeout = 7 FOR CREATE TABLE made (id INT PRIMARY KEY, v INT);
INSERT INTO made VALUES (1, 1);
SET STATEMENT max_statement_time = @seconds FOR ALTER TABLE made ADD COLUMN w INT;
INSERT INTO made VALUES (2, 2, 2);
SET STATEMENT max_statement_time = @seconds FOR CREATE VIEW seen AS SELECT id FROM made;
SET STATEMENT max_statement_time = @seconds FOR DROP TABLE first;
RENAME TABLE IF EXISTS nope TO x;
RENAME TABLE IF EXISTS emptied TO renamed;
INSERT INTO renamed VALUES (4);
