package dev.outrail.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.launch.MallClient;
import dev.outrail.launch.MallOptions;
import dev.outrail.messaging.retention.RelayHorizon;
import dev.outrail.messaging.retention.ReplayHorizon;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An order from its submission to whatever end, through all processes. */
class LifeCycleSystemTest {

  private static RunningMall mall;
  private static Shop shop;
  private static long nextSku = 100;

  private final long sku = nextSku++;

  @BeforeAll
  static void start() {
    mall =
        RunningMall.start(
            LifeCycleSystemTest.class,
            MallOptions.empty()
                .with(
                    "payment-app",
                    Shop.PROVIDER_WAITS,
                    // Of what the provider pays back, every third answer gets lost.
                    "--outrail.payment.sandbox.refund-failures=3",
                    "--outrail.payment.refund.first-back-off=500ms",
                    "--outrail.payment.refund.lease=3s"));
    shop = new Shop(mall);
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
  }

  @Test
  void aPurchaseFromTwoShopsIsTwoOrdersThatOnePaymentPays() {
    long other = nextSku++;
    shop.offer(sku, 1, 10);
    shop.offer(other, 2, 10);
    String key = UUID.randomUUID().toString();

    MallClient.Answer submitted = mall.client().submit(key, Map.of(sku, 2, other, 3));
    MallClient.Answer repeated = mall.client().submit(key, Map.of(sku, 2, other, 3));
    List<Long> orders = List.of(submitted.data().get(0).asLong(), submitted.data().get(1).asLong());
    long payId = mall.pay(orders);
    assertThat(shop.stock(sku)).containsExactly(8, 2, 0);
    assertThat(shop.confirm(payId)).isEqualTo(200);
    mall.awaitStockSold(orders, Duration.ofSeconds(60));

    assertThat(repeated.data()).isEqualTo(submitted.data());
    assertThat(shop.stock(sku)).containsExactly(8, 0, 2);
    assertThat(shop.stock(other)).containsExactly(7, 0, 3);
    assertThat(mall.client().isPaid(orders)).isTrue();
    mall.assertTopicEqualsOutbox("order-created", "mall4cloud_order");
    mall.assertTopicEqualsOutbox("order-notify-stock", "mall4cloud_order");
  }

  @Test
  void withoutEnoughStockNothingIsLockedAndTheAnswerNamesTheSku() {
    long plenty = nextSku++;
    shop.offer(sku, 1, 3);
    shop.offer(plenty, 1, 100);

    MallClient.Answer answer =
        mall.client().submit(UUID.randomUUID().toString(), Map.of(sku, 4, plenty, 1));

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("A03010");
    assertThat(answer.body().toString()).contains(Long.toString(sku));
    assertThat(shop.stock(sku)).containsExactly(3, 0, 0);
    assertThat(shop.stock(plenty)).containsExactly(100, 0, 0);
  }

  @Test
  void aCancelledOrderGivesItsStockBackOnceAndCannotBePaid() {
    shop.offer(sku, 1, 5);
    long order = shop.submitOne(sku, 5);

    assertThat(mall.client().cancel(order).status()).isEqualTo(200);
    assertThat(mall.client().cancel(order).status()).as("again").isEqualTo(200);
    shop.awaitStock(sku, 5, 0, 0);

    MallClient.Answer paid = mall.client().pay(List.of(order));
    assertThat(paid.code()).isEqualTo("A03003");
    mall.assertTopicEqualsOutbox("order-closed", "mall4cloud_order");
  }

  @Test
  void anOrderThatNobodyPaysIsClosedAlsoWhenItsTimeCameWhileOrderAppWasDown() {
    shop.offer(sku, 1, 5);
    long order = shop.submitOne(sku, 2);

    mall.mall().orderProcess().kill();
    shop.letTimePass(order);
    mall.mall().orderProcess().start();

    shop.awaitClosed(order, "TIMED_OUT");
    shop.awaitStock(sku, 5, 0, 0);
    mall.mall().awaitReady();
  }

  @Test
  void aLatePaymentLocksItsStockAgainIfThereIsEnough() {
    shop.offer(sku, 1, 5);
    long order = shop.submitOne(sku, 2);
    long payId = mall.pay(List.of(order));
    shop.letTimePass(order);
    shop.awaitClosed(order, "TIMED_OUT");
    shop.awaitStock(sku, 5, 0, 0);

    assertThat(shop.confirm(payId)).isEqualTo(200);

    shop.awaitStock(sku, 3, 0, 2);
    assertThat(shop.order(order)).isEqualTo("2");
    assertThat(mall.payStatus(payId)).isEqualTo(1);
  }

  @Test
  void aLatePaymentWhoseStockIsGoneIsPaidBack() {
    shop.offer(sku, 1, 5);
    long late = shop.submitOne(sku, 4);
    long payId = mall.pay(List.of(late));
    shop.letTimePass(late);
    shop.awaitClosed(late, "TIMED_OUT");
    shop.awaitStock(sku, 5, 0, 0);
    shop.submitOne(sku, 2);

    assertThat(shop.confirm(payId)).isEqualTo(200);

    shop.awaitClosed(late, "STOCK_GONE");
    shop.awaitPayStatus(payId, 3);
    assertThat(shop.paidBack(payId)).isEqualTo(4_000);
    assertThat(shop.stock(sku)).containsExactly(3, 2, 0);
    assertThat(mall.client().isPaid(List.of(late))).isFalse();
  }

  @Test
  void ofAPaymentForTwoOrdersOnlyTheCancelledOnesPartIsPaidBack() {
    long other = nextSku++;
    shop.offer(sku, 1, 5);
    shop.offer(other, 2, 5);
    List<Long> orders = shop.submit(Map.of(sku, 1, other, 2));
    long payId = mall.pay(orders);
    long cancelled = orderWith(other, orders);
    assertThat(mall.client().cancel(cancelled).status()).isEqualTo(200);

    assertThat(shop.confirm(payId)).isEqualTo(200);

    mall.await("2 000 paid back", () -> assertThat(shop.paidBack(payId)).isEqualTo(2_000));
    shop.awaitStock(sku, 4, 0, 1);
    shop.awaitStock(other, 5, 0, 0);
    assertThat(mall.payStatus(payId)).as("the other order is paid").isEqualTo(1);
    mall.assertTopicEqualsOutbox("order-pay-rejected", "mall4cloud_order");
  }

  @Tag("long")
  @Test
  void everyPartIsPaidBackOnceThoughPaymentAppIsKilledWhileItAsks() {
    int orders = 40;
    shop.offer(sku, 1, orders);
    List<Long> payments = new ArrayList<>();
    for (int number = 0; number < orders; number++) {
      long order = shop.submitOne(sku, 1);
      payments.add(mall.pay(List.of(order)));
      assertThat(mall.client().cancel(order).status()).isEqualTo(200);
    }
    payments.forEach(payId -> assertThat(shop.confirm(payId)).isEqualTo(200));

    for (int kill = 1; kill <= 2; kill++) {
      int enough = 8 * kill;
      mall.await("refunds", () -> assertThat(refundsOf(payments)).isGreaterThanOrEqualTo(enough));
      mall.mall().paymentProcess().kill();
      mall.mall().paymentProcess().start();
      mall.mall().awaitReady();
    }
    mall.awaitSettled(Duration.ofMinutes(2));

    assertThat(refundsOf(payments)).isEqualTo(orders);
    assertThat(payments)
        .allSatisfy(
            payId -> {
              assertThat(shop.paidBack(payId)).isEqualTo(1_000);
              assertThat(mall.payStatus(payId)).isEqualTo(3);
            });
  }

  private static long refundsOf(List<Long> payments) {
    return mall.jdbc()
        .sql("SELECT COUNT(*) FROM mall4cloud_payment.sandbox_refund WHERE pay_id IN (:payments)")
        .param("payments", payments)
        .query(Long.class)
        .single();
  }

  @Test
  void ofTwoPaymentsForOneOrderTheSecondIsPaidBack() {
    shop.offer(sku, 1, 5);
    long order = shop.submitOne(sku, 1);
    long first = mall.pay(List.of(order));
    long second = mall.pay(List.of(order));

    assertThat(shop.confirm(second)).isEqualTo(200);
    assertThat(shop.confirm(first)).isEqualTo(200);
    assertThat(shop.confirm(second)).as("called back again").isEqualTo(200);

    shop.awaitPayStatus(first, 3);
    shop.awaitStock(sku, 4, 0, 1);
    assertThat(mall.payStatus(second)).isEqualTo(1);
    assertThat(shop.paidBack(first)).isEqualTo(1_000);
    assertThat(shop.paidBack(second)).isZero();
  }

  @Test
  void aPoisonedRecordAmongPaymentsIsParkedWhereAnOperatorSeesIt() throws Exception {
    shop.offer(sku, 1, 5);
    long before = shop.submitOne(sku, 1);
    long after = shop.submitOne(sku, 1);

    long first = mall.pay(List.of(before));
    long second = mall.pay(List.of(after));

    mall.mall().orderProcess().pause();
    assertThat(shop.confirm(first)).isEqualTo(200);
    String poisoned = poison("order-notify");
    assertThat(shop.confirm(second)).isEqualTo(200);
    mall.mall().orderProcess().resume();
    shop.awaitStock(sku, 3, 0, 2);

    mall.await(
        "a dead letter to be seen",
        () -> assertThat(operator("GET", "")).contains("\"order-notify\"", "\"failed\":1"));
    assertThat(operator("GET", "/find?topic=order-notify")).contains("\"key\":\"1\"");
    assertThat(operator("POST", "/retry")).contains("\"applied\":0", "is not a payment.succeeded");
    assertThat(operator("GET", "/4711")).isEqualTo("{\"error\":\"there is no dead letter 4711\"}");
    mall.jdbc().sql("DELETE FROM mall4cloud_order.dead_letter").update();
    mall.jdbc().sql("DELETE FROM mall4cloud_order.held_key").update();
    mall.jdbc()
        .sql("DELETE FROM mall4cloud_order.processed_message WHERE message_id = :id")
        .param("id", poisoned)
        .update();
  }

  @Test
  void theRelayTellsAnInboxHowFarBackItCanReplay() throws Exception {
    List<ReplayHorizon> horizons = new RelayHorizon(mall.mall().relayUri("")).read();

    assertThat(horizons)
        .anySatisfy(
            outbox -> {
              assertThat(outbox.what()).contains("purge.mode is off");
              assertThat(outbox.reach()).isNull();
            })
        .anySatisfy(binlog -> assertThat(binlog.reach()).isEqualTo(Duration.ofDays(30)));
  }

  private static String poison(String topic) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", mall.testbed().kafka().bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      ProducerRecord<String, byte[]> broken =
          new ProducerRecord<>(topic, "1", "not JSON".getBytes(StandardCharsets.UTF_8));
      String id = UUID.randomUUID().toString();
      broken.headers().add("id", id.getBytes(StandardCharsets.UTF_8));
      broken.headers().add("eventType", "payment.succeeded.v1".getBytes(StandardCharsets.UTF_8));
      producer.send(broken).get();
      return id;
    } catch (Exception e) {
      throw new IllegalStateException("cannot poison " + topic, e);
    }
  }

  private static String operator(String method, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(mall.mall().orderUri("/actuator/deadletters" + path))
            .timeout(Duration.ofSeconds(60))
            .header(
                "Authorization",
                "Bearer " + mall.mall().keys().serviceToken("operator", "order-app"))
            .header("Content-Type", "application/json")
            .method(
                method,
                HttpRequest.BodyPublishers.ofString(method.equals("GET") ? "" : "{\"all\":true}"))
            .build();
    try {
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (Exception e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  private static long orderWith(long sku, List<Long> orders) {
    return mall.jdbc()
        .sql(
            """
            SELECT order_id FROM mall4cloud_order.order_item
            WHERE sku_id = :sku AND order_id IN (:orders)
            """)
        .param("sku", sku)
        .param("orders", orders)
        .query(Long.class)
        .single();
  }
}
