CREATE TABLE `select` (`from` INT PRIMARY KEY, `with space` INT, `quo``te` INT, `dot.ted` INT, `ünï` INT, `it's` INT, `percent%s` INT);
INSERT INTO `select` VALUES (1, 1, 1, 1, 1, 1, 1), (2, 2, 2, 2, 2, 2, 2);
CREATE TABLE `tab``le "x" 表` (`键` VARCHAR(10) PRIMARY KEY, `value` INT);
INSERT INTO `tab``le "x" 表` VALUES ('甲', 1), ('乙', 2);
