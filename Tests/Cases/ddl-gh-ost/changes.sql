-- What gh-ost says to the server, with an application's writes in between.
DROP /* gh-ost */ TABLE IF EXISTS `_t_gho`;
DROP /* gh-ost */ TABLE IF EXISTS `_t_ghc`;
CREATE /* gh-ost */ TABLE `_t_ghc` (
    id BIGINT UNSIGNED AUTO_INCREMENT,
    last_update TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    hint VARCHAR(64) CHARSET ascii NOT NULL,
    value VARCHAR(4096) CHARSET ascii NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY hint_uidx (hint)
) AUTO_INCREMENT = 256;
CREATE /* gh-ost */ TABLE `_t_gho` LIKE `t`;
ALTER /* gh-ost */ TABLE `_t_gho` ADD COLUMN c INT NOT NULL DEFAULT 7 FIRST, CHANGE b b2 VARCHAR(60), DROP KEY a, ADD UNIQUE KEY (a);
INSERT /* gh-ost */ INTO `_t_ghc` (id, hint, value) VALUES (NULLIF(2, 0), 'state', 'GhostTableMigrated')
    ON DUPLICATE KEY UPDATE last_update = NOW(), value = VALUES(value);
-- The first chunk; then what the application did to it, taken from the log.
INSERT /* gh-ost */ IGNORE INTO `_t_gho` (id, a, b2)
    (SELECT id, a, b FROM `t` FORCE INDEX (`PRIMARY`) WHERE id >= 1 AND id <= 3 LOCK IN SHARE MODE);
UPDATE t SET b = 'changed', a = 20 WHERE id = 2;
DELETE FROM t WHERE id = 3;
INSERT INTO t (a, b) VALUES (7, 'new');
UPDATE /* gh-ost */ `_t_gho` SET id = 2, a = 20, b2 = 'changed' WHERE id = 2;
DELETE /* gh-ost */ FROM `_t_gho` WHERE id = 3;
REPLACE /* gh-ost */ INTO `_t_gho` (id, a, b2) VALUES (7, 7, 'new');
INSERT /* gh-ost */ INTO `_t_ghc` (id, hint, value) VALUES (NULLIF(1, 0), 'heartbeat', '2026-01-01T00:00:00Z')
    ON DUPLICATE KEY UPDATE last_update = NOW(), value = VALUES(value);
-- The other chunk meets a row that the log has brought already.
INSERT /* gh-ost */ IGNORE INTO `_t_gho` (id, a, b2)
    (SELECT id, a, b FROM `t` FORCE INDEX (`PRIMARY`) WHERE id > 3 AND id <= 7 LOCK IN SHARE MODE);
BEGIN;
UPDATE t SET b = 'twice' WHERE id = 7;
UPDATE t SET id = 8 WHERE id = 7;
COMMIT;
BEGIN;
REPLACE /* gh-ost */ INTO `_t_gho` (id, a, b2) VALUES (7, 7, 'twice');
DELETE /* gh-ost */ FROM `_t_gho` WHERE id = 7;
REPLACE /* gh-ost */ INTO `_t_gho` (id, a, b2) VALUES (8, 7, 'twice');
COMMIT;
ANALYZE TABLE `_t_gho`;
-- The cut-over: a sentry table under the old table's next name, then both at once.
CREATE /* gh-ost */ TABLE `_t_del` (id INT AUTO_INCREMENT PRIMARY KEY) ENGINE = InnoDB COMMENT = 'ghost-cut-over-sentry';
LOCK /* gh-ost */ TABLES `t` WRITE, `_t_del` WRITE;
DROP /* gh-ost */ TABLE IF EXISTS `_t_del`;
UNLOCK TABLES;
RENAME /* gh-ost */ TABLE `t` TO `_t_del`, `_t_gho` TO `t`;
INSERT INTO t (a, b2) VALUES (9, 'under the new definition');
UPDATE t SET c = a WHERE id < 5;
DROP /* gh-ost */ TABLE IF EXISTS `_t_ghc`;
DROP /* gh-ost */ TABLE IF EXISTS `_t_del`;
DELETE FROM t WHERE id = 1;
