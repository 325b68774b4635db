UPDATE `select` SET `quo``te` = 5, `dot.ted` = 6, `it's` = 7;
DELETE FROM `select` WHERE `from` = 2;
INSERT INTO `select` VALUES (3, 3, 3, 3, 3, 3, 3);
UPDATE `tab``le "x" 表` SET `value` = 9 WHERE `键` = '甲';
INSERT INTO `tab``le "x" 表` VALUES ('丙', 3);
