-- For MySQL servers that take no table without a primary key (sql_require_primary_key=ON, Group Replication).
-- Liquibase makes its own table without one. Where this has been run before its first run, it takes the table as it is.
CREATE TABLE IF NOT EXISTS DATABASECHANGELOG (
    ID            VARCHAR(255) NOT NULL,
    AUTHOR        VARCHAR(255) NOT NULL,
    FILENAME      VARCHAR(255) NOT NULL,
    DATEEXECUTED  DATETIME     NOT NULL,
    ORDEREXECUTED INT          NOT NULL,
    EXECTYPE      VARCHAR(10)  NOT NULL,
    MD5SUM        VARCHAR(35)  NULL,
    DESCRIPTION   VARCHAR(255) NULL,
    COMMENTS      VARCHAR(255) NULL,
    TAG           VARCHAR(255) NULL,
    LIQUIBASE     VARCHAR(20)  NULL,
    CONTEXTS      VARCHAR(255) NULL,
    LABELS        VARCHAR(255) NULL,
    DEPLOYMENT_ID VARCHAR(10)  NULL,
    PRIMARY KEY (ID, AUTHOR, FILENAME)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4;
