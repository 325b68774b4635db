CREATE TABLE m (id INT PRIMARY KEY, first INT, last INT);
INSERT INTO m VALUES (1, 11, 12);
CREATE TABLE p (id VARCHAR(9) PRIMARY KEY, a VARCHAR(9), b VARCHAR(9));
INSERT INTO p VALUES ('1', 'a1', 'b1');
CREATE TABLE e (id INT PRIMARY KEY, v ENUM('c\'d', 0x62, 'a ', 'back\\slash'), w SET('x', 'y'''));
