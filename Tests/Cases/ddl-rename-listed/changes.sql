-- The third name of a swap is not synced by itself.
RENAME TABLE a TO swap_, b TO a, swap_ TO b;
UPDATE a SET y = 'was b' WHERE id = 1;
INSERT INTO b VALUES (3, 3);
RENAME TABLE c TO x1, x1 TO x2, b TO c, a TO b, x2 TO a;
UPDATE a SET z = z + 1;
UPDATE b SET y = 'twice';
INSERT INTO c VALUES (4, 4);
