package dev.outrail.messaging.modulith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.example.shop.ShopApplication;
import com.example.shop.order.Orders;
import dev.outrail.messaging.outbox.OutboxTransactionMissingException;
import dev.outrail.testbed.Testbed;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * An application of Spring Modulith as it is, with this module on its class path and one property
 * more.
 */
class ModulithApplicationIT {

  private static final String DATABASE =
      "modulith_" + UUID.randomUUID().toString().replace('-', '_');

  private static JdbcClient jdbc;
  private static ConfigurableApplicationContext application;
  private static Orders orders;

  /** What the relay will send. */
  private record Row(String topic, String key, String type, String contentType, String payload) {}

  @BeforeAll
  static void start() {
    var mysql = Testbed.shared().mysql();
    mysql.createDatabase(DATABASE);
    DataSource dataSource =
        new DriverManagerDataSource(
            mysql.jdbcUrl(DATABASE), mysql.rootUser(), mysql.rootPassword());
    new ResourceDatabasePopulator(new ClassPathResource("dev/outrail/messaging/messaging.sql"))
        .execute(dataSource);
    jdbc = JdbcClient.create(dataSource);
    jdbc.sql("CREATE TABLE paid_order (id BIGINT PRIMARY KEY)").update();
    jdbc.sql("CREATE TABLE parcel (paid_order BIGINT PRIMARY KEY)").update();
    application =
        new SpringApplicationBuilder(ShopApplication.class)
            .run(
                "--spring.datasource.url=" + mysql.jdbcUrl(DATABASE),
                "--spring.datasource.username=" + mysql.rootUser(),
                "--spring.datasource.password=" + mysql.rootPassword(),
                "--spring.modulith.events.jdbc.schema-initialization.enabled=true",
                "--spring.modulith.events.externalization.mode=outbox");
    orders = application.getBean(Orders.class);
  }

  @AfterEach
  void empty() {
    List.of("outbox", "paid_order", "parcel", "EVENT_PUBLICATION")
        .forEach(table -> jdbc.sql("DELETE FROM " + table).update());
  }

  @AfterAll
  static void end() {
    application.close();
    jdbc.sql("DROP DATABASE " + DATABASE).update();
  }

  @Test
  void whatIsPublishedIsARowOfThePublishersTransactionAndWhatFollowsFromItComesBehind() {
    orders.pay(7, "mary");

    awaitParcels(1);
    assertThat(rows())
        .startsWith(
            new Row(
                "orders",
                "mary",
                "order.paid.v1",
                "application/json",
                "{\"id\":7,\"customer\":\"mary\",\"on\":\"2026-11-30\"}"),
            new Row(
                "orders",
                "mary",
                "parcel.reserved.v1",
                "application/json",
                "{\"order\":7,\"customer\":\"mary\"}"));
  }

  @Test
  void aModulesOwnListenerRunsAsBeforeAndWhatItPublishesIsARowOfItsTransaction() {
    orders.pay(8, "mary");

    awaitParcels(1);
    Row shipped = rows().get(2);
    assertThat(shipped.topic()).as("Modulith's name").isEqualTo("shipping.ParcelShippedV2");
    assertThat(shipped.type()).isEqualTo("parcel.shipped.v2");
    assertThat(UUID.fromString(shipped.key()).version()).as("of its own").isEqualTo(7);
    assertThat(rows()).hasSize(3);
  }

  @Test
  void modulithsRegistryKnowsItsOwnListenersOnly() {
    orders.pay(9, "mary");

    awaitParcels(1);
    assertThat(jdbc.sql("SELECT LISTENER_ID FROM EVENT_PUBLICATION").query(String.class).list())
        .singleElement()
        .asString()
        .contains("Shipping.ship");
  }

  @Test
  void whatIsRolledBackWasNeverPublished() {
    assertThatThrownBy(() -> orders.payButFail(10, "mary")).hasMessage("the till is closed");

    assertThat(rows()).isEmpty();
    assertThat(count("paid_order")).isZero();
  }

  @Test
  void withoutATransactionThePublisherIsRefused() {
    assertThatThrownBy(() -> orders.payAtOnce(11, "mary"))
        .isInstanceOf(OutboxTransactionMissingException.class)
        .hasMessageContaining("no transaction is open");

    assertThat(rows()).isEmpty();
    assertThat(count("EVENT_PUBLICATION"))
        .as("noted by Modulith for its own listener, before anybody is called")
        .isEqualTo(1);
  }

  @Test
  void behindTheCommitAListenerThatPublishesIsRefusedAndModulithNotesThatItFailed() {
    orders.cancel(12, "mary");

    assertThat(rows()).isEmpty();
    assertThat(
            jdbc.sql("SELECT STATUS FROM EVENT_PUBLICATION WHERE LISTENER_ID LIKE '%giveBack%'")
                .query(String.class)
                .list())
        .containsExactly("FAILED");
  }

  @Test
  void anEventThatIsNotExternalizedIsNoRow() {
    orders.view(13);

    assertThat(count("parcel")).as("listened to").isEqualTo(1);
    assertThat(rows()).isEmpty();
  }

  /** Waits for the module's listener and for Modulith's note that it is done. */
  private static void awaitParcels(int parcels) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                jdbc.sql("SELECT COUNT(*) FROM EVENT_PUBLICATION WHERE COMPLETION_DATE IS NOT NULL")
                        .query(Long.class)
                        .single()
                    == parcels);
    assertThat(count("parcel")).isEqualTo(parcels);
  }

  private static List<Row> rows() {
    return jdbc.sql(
            """
            SELECT aggregatetype AS topic, aggregateid AS `key`, type, content_type,
                   CONVERT(payload USING utf8mb4) AS payload
            FROM outbox ORDER BY created_at
            """)
        .query(Row.class)
        .list();
  }

  private static long count(String table) {
    return jdbc.sql("SELECT COUNT(*) FROM " + table).query(Long.class).single();
  }
}
