package dev.outrail.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.testbed.Testbed;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

class ChangelogIT {

  private static final Contexts PRODUCTION = new Contexts("production");
  private static final Contexts DEMO = new Contexts("demo");

  /** Kept, so that its level is: Liquibase logs each statement through java.util.logging. */
  private static final Logger LIQUIBASE_LOG = Logger.getLogger("liquibase");

  private final String database = "schema_" + UUID.randomUUID().toString().replace('-', '_');
  private final Connection connection;
  private final JdbcClient jdbc;

  ChangelogIT() throws Exception {
    var mysql = Testbed.shared().mysql();
    mysql.createDatabase(database);
    connection =
        DriverManager.getConnection(
            mysql.jdbcUrl(database), mysql.rootUser(), mysql.rootPassword());
    jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
  }

  @BeforeAll
  static void quietLiquibase() throws Exception {
    LIQUIBASE_LOG.setLevel(Level.WARNING);
    Scope.enter(Map.of(Scope.Attr.ui.name(), new LoggerUIService()));
  }

  @AfterEach
  void drop() throws Exception {
    jdbc.sql("DROP DATABASE " + database).update();
    connection.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mall4cloud_payment", "mall4cloud_order", "mall4cloud_stock"})
  void aChangelogAppliesTwiceWithoutHarmAndItsTagsRollItBack(String changelog) throws Exception {
    Liquibase liquibase = liquibase(changelog);

    liquibase.update(DEMO, new LabelExpression());
    liquibase.update(DEMO, new LabelExpression());
    assertThat(tables()).contains("outbox", "processed_message");

    liquibase.rollback("v0.1", DEMO);
    assertThat(tables()).contains("outbox", "processed_message");
    assertThat(rowsOfSampleData()).isZero();

    liquibase.rollback("v0", DEMO);
    assertThat(tables()).isEmpty();

    liquibase.update(PRODUCTION, new LabelExpression());
    assertThat(tables()).contains("outbox", "processed_message");
    assertThat(rowsOfSampleData()).isZero();
  }

  /** As on a member of Group Replication, or wherever a database's owner asks for keys. */
  @ParameterizedTest
  @ValueSource(strings = {"mall4cloud_payment", "mall4cloud_order", "mall4cloud_stock"})
  void onAServerThatWantsPrimaryKeysAChangelogAppliesBehindOneStatement(String changelog)
      throws Exception {
    jdbc.sql("SET SESSION sql_require_primary_key = ON").update();
    assertThatThrownBy(() -> liquibase(changelog).update(DEMO, new LabelExpression()))
        .as("Liquibase by itself")
        .hasStackTraceContaining("sql_require_primary_key");

    ScriptUtils.executeSqlScript(
        connection, new ClassPathResource("outrail/schema/databasechangelog.sql"));
    liquibase(changelog).update(DEMO, new LabelExpression());
    liquibase(changelog).update(DEMO, new LabelExpression());
    assertThat(tables()).contains("outbox", "processed_message");

    liquibase(changelog).rollback("v0", DEMO);
    assertThat(tables()).isEmpty();
  }

  @Test
  void theSampleOrdersAddUpAndMatchTheSampleLocks() throws Exception {
    liquibase("mall4cloud_order").update(DEMO, new LabelExpression());
    List<String> wrongTotals =
        jdbc.sql(
                """
                SELECT o.order_id FROM orders o JOIN order_item i USING (order_id)
                GROUP BY o.order_id, o.total HAVING SUM(i.count * i.price) <> o.total
                """)
            .query(String.class)
            .list();
    assertThat(wrongTotals).isEmpty();

    // The stock changelog joins the same database here: the shared tables are there already.
    connection
        .createStatement()
        .execute("DROP TABLE outbox, processed_message, inbox_purge, dead_letter, held_key");
    connection.createStatement().execute("DROP TABLE DATABASECHANGELOG");
    liquibase("mall4cloud_stock").update(DEMO, new LabelExpression());
    assertThat(
            jdbc.sql(
                    """
                    SELECT COUNT(*) FROM order_item i
                    LEFT JOIN sku_stock_lock l ON l.order_id = i.order_id AND l.sku_id = i.sku_id
                    WHERE l.count IS NULL OR l.count <> i.count
                    """)
                .query(Long.class)
                .single())
        .isZero();
    assertThat(
            jdbc.sql(
                    """
                    SELECT s.sku_id FROM sku_stock s
                    LEFT JOIN sku_stock_lock l ON l.sku_id = s.sku_id AND l.status = 0
                    GROUP BY s.sku_id, s.lock_stock HAVING COALESCE(SUM(l.count), 0) <> s.lock_stock
                    """)
                .query(Long.class)
                .list())
        .isEmpty();
  }

  @Test
  void stockCanNeitherGoNegativeNorStopAddingUp() throws Exception {
    liquibase("mall4cloud_stock").update(DEMO, new LabelExpression());

    assertThatThrownBy(
            () ->
                jdbc.sql(
                        """
                        UPDATE sku_stock SET lock_stock = -1, actual_stock = stock - 1
                        WHERE sku_id = 501
                        """)
                    .update())
        .isInstanceOf(DataAccessException.class)
        .hasMessageContaining("sku_stock_not_negative");
    assertThatThrownBy(
            () ->
                jdbc.sql("UPDATE sku_stock SET actual_stock = actual_stock - 1 WHERE sku_id = 501")
                    .update())
        .isInstanceOf(DataAccessException.class)
        .hasMessageContaining("sku_stock_sum");
  }

  private Liquibase liquibase(String changelog) throws Exception {
    Liquibase liquibase =
        new Liquibase(
            "outrail/schema/" + changelog + ".yaml",
            new ClassLoaderResourceAccessor(),
            DatabaseFactory.getInstance()
                .findCorrectDatabaseImplementation(new JdbcConnection(connection)));
    liquibase.setShowSummary(UpdateSummaryEnum.OFF);
    return liquibase;
  }

  private List<String> tables() {
    return jdbc.sql(
            """
            SELECT table_name FROM information_schema.tables
            WHERE table_schema = :database AND table_name NOT LIKE 'DATABASECHANGELOG%'
            """)
        .param("database", database)
        .query((row, number) -> row.getString(1).toLowerCase(Locale.ROOT))
        .list();
  }

  private long rowsOfSampleData() {
    return tables().stream()
        .filter(table -> !table.equals("leaf_alloc"))
        .mapToLong(table -> jdbc.sql("SELECT COUNT(*) FROM " + table).query(Long.class).single())
        .sum();
  }
}
