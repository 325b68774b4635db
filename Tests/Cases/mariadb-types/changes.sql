INSERT INTO special SELECT id + 10, u, i6, squeezed FROM special;
UPDATE special SET u = UUID(), i6 = 'fe80::1', squeezed = CONCAT(squeezed, 'end') WHERE id = 1;
DELETE FROM special WHERE id = 2;
