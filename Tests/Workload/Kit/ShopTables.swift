/// The tables of the schema that the workload fills and writes: one for each trait that a sync must cope with.
enum ShopTables {
    /// No key at all: equal rows are told apart by nothing, only their number counts.
    static let keyless = """
        audit (
            happened DATETIME(3) NOT NULL,
            subject INT NULL,
            what VARCHAR(60) NOT NULL
        )
        """

    /// The tables with a key, in an order in which they can be created.
    static let definitions: [String] = [
        """
        customers (
            id INT UNSIGNED NOT NULL PRIMARY KEY,
            name VARCHAR(100) NOT NULL,
            note TEXT NULL,
            balance DECIMAL(20,4) NOT NULL DEFAULT 0,
            created DATETIME(6) NOT NULL,
            seen TIMESTAMP(3) NULL
        )
        """,
        // Refers to a parent without a cascade: the servers refuse what would orphan a row.
        """
        orders (
            id BIGINT NOT NULL PRIMARY KEY,
            customer_id INT UNSIGNED NOT NULL,
            placed DATETIME NOT NULL,
            state ENUM('new','paid','sent','back') NOT NULL DEFAULT 'new',
            KEY customer (customer_id),
            CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)
        )
        """,
        // A key of two columns, and columns that the server computes.
        """
        order_lines (
            order_id BIGINT NOT NULL,
            line SMALLINT NOT NULL,
            quantity INT NOT NULL,
            price DECIMAL(12,2) NOT NULL,
            amount DECIMAL(24,2) GENERATED ALWAYS AS (quantity * price) STORED,
            label VARCHAR(40) NULL,
            label_length INT GENERATED ALWAYS AS (CHAR_LENGTH(label)) VIRTUAL,
            PRIMARY KEY (order_id, line)
        )
        """,
        // A key of text, and the types that are easily rounded or cut.
        """
        products (
            sku VARCHAR(40) NOT NULL PRIMARY KEY,
            weight FLOAT NULL,
            factor DOUBLE NULL,
            kind ENUM('small','medium','large') NULL,
            flags SET('new','sale','heavy','fragile') NOT NULL DEFAULT '',
            mask BIT(19) NULL,
            built YEAR NULL,
            day DATE NULL,
            slot TIME(3) NULL,
            tiny TINYINT NULL,
            medium MEDIUMINT UNSIGNED NULL,
            big BIGINT UNSIGNED NULL
        )
        """,
        // A second unique key.
        """
        accounts (
            id BIGINT NOT NULL PRIMARY KEY,
            login VARCHAR(60) NOT NULL,
            points INT NOT NULL DEFAULT 0,
            UNIQUE KEY login (login)
        )
        """,
        // A key of bytes, long bytes, JSON.
        """
        documents (
            id VARBINARY(24) NOT NULL PRIMARY KEY,
            body LONGBLOB NULL,
            short BINARY(8) NOT NULL,
            data JSON NULL
        )
        """,
        // Other character sets than the session's.
        """
        texts (
            id INT NOT NULL PRIMARY KEY,
            latin VARCHAR(60) CHARACTER SET latin1 NULL,
            chinese VARCHAR(60) CHARACTER SET gbk NULL,
            plain CHAR(20) CHARACTER SET ascii NOT NULL DEFAULT ''
        )
        """,
        // What each writer has committed: one row per writer, changed by each of its transactions.
        """
        writers (
            side CHAR(1) NOT NULL,
            thread INT NOT NULL,
            committed BIGINT NOT NULL,
            next_key BIGINT NOT NULL,
            PRIMARY KEY (side, thread)
        )
        """,
    ]
}
