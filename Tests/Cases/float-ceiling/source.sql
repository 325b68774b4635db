-- The largest number of a FLOAT(M,D) is stored as one that the column does not take.
CREATE TABLE keyed (id INT PRIMARY KEY, f FLOAT(10,5) UNSIGNED, g FLOAT(7,4), d DOUBLE(10,5), n FLOAT);
CREATE TABLE keyless (f FLOAT(10,5), v INT);
CREATE TABLE wide (id INT PRIMARY KEY, f FLOAT(30,0));
INSERT INTO keyed VALUES (1, '99999.99999', '999.9999', '99999.99999', 100000), (2, 1, '-999.9999', '-99999.99999', -100000);
INSERT INTO wide VALUES (1, 1e29);
INSERT INTO keyless VALUES ('99999.99999', 1), ('-99999.99999', 2);
