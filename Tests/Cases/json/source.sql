CREATE TABLE docs (id INT PRIMARY KEY, j JSON);
INSERT INTO docs VALUES
    (1, '{"a": 1, "b": [1, 2.5, null, true, false, "x"], "c": {"d": {}}, "": 0}'), (2, '[]'), (3, 'null'), (4, NULL), (5, '"lone"'),
    (6, '18446744073709551615'), (7, '-1.5e-300'), (8, '{"long": "ä🚀\\u0000\\n\\"\\\\"}'),
    (9, JSON_OBJECT('dec', CAST(1.50 AS DECIMAL(10,2)), 'date', CAST('2026-01-02' AS DATE), 'time', CAST('-01:02:03.5' AS TIME(1)),
        'dt', CAST('2026-01-02 03:04:05.678901' AS DATETIME(6)), 'bin', CAST(x'00FF' AS BINARY))),
    (10, JSON_ARRAY(CAST(9223372036854775807 AS SIGNED), CAST(1 AS UNSIGNED), 1e0, 0.1, CAST('0.10' AS DECIMAL(5,2))));
