package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.outrail.launch.MallClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The way of a payment through all processes, and what happens when something is in its way. */
class PaymentFlowSystemTest {

  private static RunningMall mall;
  private static SampleOrders orders;
  private static long nextOrder = 10_000;

  @BeforeAll
  static void start() {
    mall = RunningMall.start(PaymentFlowSystemTest.class);
    orders = new SampleOrders(mall.testbed().mysql().dataSource(""), new Random(1));
  }

  @AfterAll
  static void stop() {
    if (mall != null) {
      mall.close();
    }
  }

  @AfterEach
  void everythingAddsUp() {
    mall.awaitSettled(Duration.ofSeconds(60));
    mall.assertInvariants();
    mall.assertNoDeadLetters();
    mall.assertTopicEqualsOutbox("order-notify", "mall4cloud_payment");
    mall.assertTopicEqualsOutbox("order-notify-stock", "mall4cloud_order");
  }

  @Test
  void aPaymentOfTwoOrdersEndsInSoldStock() {
    List<Long> two = newOrders(2);

    long payId = mall.pay(two);
    mall.awaitStockSold(two, Duration.ofSeconds(60));

    assertThat(mall.client().isPaid(two)).isTrue();
    assertThat(mall.client().isPaid(List.of(two.get(1), two.get(0)))).isTrue();
    assertThat(mall.client().isPaid(List.of(two.get(1)))).isTrue();
    MallClient.Answer order = mall.client().get(mall.mall().orderUri("/orders/" + two.get(0)));
    assertThat(order.data().path("payId").asLong()).isEqualTo(payId);
  }

  @Test
  void recordsCarryKeyValueAndHeadersThatOtherToolsExpect() {
    Instant before = Instant.now().minusSeconds(1);
    List<Long> one = newOrders(1);

    long payId = mall.pay(one);
    mall.awaitStockSold(one, Duration.ofSeconds(60));

    ConsumerRecord<String, byte[]> paid = only("order-notify", Long.toString(payId));
    assertEnvelope(paid, "payment.succeeded.v1", before);
    assertThat(value(paid)).contains("\"payId\":" + payId);
    ConsumerRecord<String, byte[]> sold = only("order-notify-stock", Long.toString(one.get(0)));
    assertEnvelope(sold, "order.paid.v1", before);
    assertThat(traceId(sold)).as("one trace over both hops").isEqualTo(traceId(paid));
  }

  @Test
  void withTheBrokerDownThePaymentSucceedsAndItsEventArrivesLater() {
    List<Long> one = newOrders(1);

    mall.testbed().kafka().kill();
    long payId;
    try {
      payId = mall.pay(one);
      mall.await("paid without a broker", () -> assertThat(mall.payStatus(payId)).isEqualTo(1));
      assertThat(mall.client().isPaid(one)).isTrue();
    } finally {
      mall.testbed().kafka().start();
    }

    mall.awaitStockSold(one, Duration.ofSeconds(120));
  }

  @Test
  void anOrderThatWasClosedMeanwhileRejectsItsPartAndTheRestIsSold() {
    List<Long> two = newOrders(2);
    long closed = two.get(0);

    // The event cannot reach order-app before the order is closed.
    mall.mall().relayProcess().pause();
    long payId;
    try {
      payId = mall.pay(two);
      mall.await("paid", () -> assertThat(mall.payStatus(payId)).isEqualTo(1));
      assertThat(mall.client().cancel(closed).status()).isEqualTo(200);
    } finally {
      mall.mall().relayProcess().resume();
    }
    mall.awaitStockSold(two.subList(1, 2), Duration.ofSeconds(60));
    mall.await(
        "the part of the closed order to be refunded",
        () ->
            assertThat(
                    mall.jdbc()
                        .sql(
                            """
                            SELECT state FROM mall4cloud_payment.pay_order
                            WHERE pay_id = :payId AND order_id = :orderId
                            """)
                        .param("payId", payId)
                        .param("orderId", closed)
                        .query(Integer.class)
                        .single())
                .isEqualTo(3));

    assertThat(mall.payStatus(payId)).as("the other order is paid").isEqualTo(1);
    assertThat(mall.orderStatus(closed)).isEqualTo(6);
    assertThat(mall.client().isPaid(two)).isFalse();
    assertThat(mall.client().isPaid(two.subList(1, 2))).isTrue();
    mall.assertTopicEqualsOutbox("order-pay-rejected", "mall4cloud_order");
  }

  @Tag("long")
  @Test
  void theRelayEndsCleanlyOnSigtermAndGoesOnWhereItWas() {
    List<Long> first = newOrders(1);
    mall.pay(first);
    mall.awaitStockSold(first, Duration.ofSeconds(60));

    assertThat(mall.mall().relayProcess().stop(Duration.ofSeconds(60))).isZero();
    List<Long> second = newOrders(1);
    mall.pay(second);
    mall.mall().relayProcess().start();

    mall.awaitStockSold(second, Duration.ofSeconds(90));
  }

  private static List<Long> newOrders(int count) {
    List<Long> ids = orders.create(nextOrder, count);
    nextOrder += count;
    return ids;
  }

  private static ConsumerRecord<String, byte[]> only(String topic, String key) {
    List<ConsumerRecord<String, byte[]>> records =
        Topic.readAll(mall.testbed().kafka(), topic).stream()
            .filter(record -> record.key().equals(key))
            .toList();
    assertThat(records).as("records of " + topic + " with key " + key).hasSize(1);
    return records.get(0);
  }

  private static void assertEnvelope(
      ConsumerRecord<String, byte[]> record, String type, Instant before) {
    String id = Topic.header(record, "id");
    assertThat(UUID.fromString(id).version()).isEqualTo(7);
    assertThat(Topic.header(record, "eventType")).isEqualTo(type);
    assertThat(Topic.header(record, "ce_specversion")).isEqualTo("1.0");
    assertThat(Topic.header(record, "ce_id")).isEqualTo(id);
    assertThat(Topic.header(record, "ce_type")).isEqualTo(type);
    assertThat(Topic.header(record, "ce_subject")).isEqualTo(record.key());
    assertThat(Topic.header(record, "ce_source")).startsWith("/outrail/mall4cloud_");
    assertThat(Topic.header(record, "content-type")).isEqualTo("application/json");
    assertThat(Topic.header(record, "traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]");
    assertThat(OffsetDateTime.parse(Topic.header(record, "ce_time")).toInstant())
        .isBetween(before, Instant.now().plusSeconds(1));
    assertThat(Instant.ofEpochMilli(record.timestamp()))
        .isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
    assertThat(contract(type).validate(value(record), InputFormat.JSON)).isEmpty();
  }

  private static String value(ConsumerRecord<String, byte[]> record) {
    return new String(record.value(), StandardCharsets.UTF_8);
  }

  private static String traceId(ConsumerRecord<String, byte[]> record) {
    return Topic.header(record, "traceparent").substring(3, 35);
  }

  private static Schema contract(String type) {
    try (InputStream in =
        PaymentFlowSystemTest.class.getResourceAsStream(
            "/outrail/schema/events/" + type + ".schema.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
