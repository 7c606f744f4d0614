package dev.outrail.payment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.payment.running.Events;
import dev.outrail.payment.running.PaymentApp;
import dev.outrail.testbed.Testbed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What order-app rejects, over a real broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefundIT {

  private static final long USER = 7;
  private static final String TOPIC = "order-pay-rejected";
  private static final String TYPE = "order.payment-rejected.v1";

  @SuppressWarnings("NullAway.Init")
  private PaymentApp app;

  @SuppressWarnings("NullAway.Init")
  private KafkaProducer<String, String> orderApp;

  @BeforeAll
  void start() {
    var kafka = Testbed.shared().kafka();
    kafka.createTopic(TOPIC, 1);
    orderApp =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "refund-it"),
            new StringSerializer(),
            new StringSerializer());
    orderApp.initTransactions();
    app =
        PaymentApp.start(
            Map.of(
                "spring.kafka.bootstrap-servers",
                kafka.bootstrapServers(),
                "spring.kafka.consumer.group-id",
                "payment-" + UUID.randomUUID()));
  }

  @AfterAll
  void stop() {
    orderApp.close();
    app.close();
  }

  @Test
  void eachOrderThatCouldNotTakeItsPartIsMarkedAndWithTheLastOneThePayment() {
    long first = app.orderApp().unpaidOrder(USER, 100);
    long second = app.orderApp().unpaidOrder(USER, 200);
    long payId = paid(first, second);

    publish(payId, rejection(payId, second, 200, "ORDER_CLOSED"));

    await()
        .atMost(20, SECONDS)
        .untilAsserted(
            () ->
                assertThat(app.parts(payId))
                    .containsExactly(first + ":1:-", second + ":2:ORDER_CLOSED"));
    assertThat(app.payStatus(payId)).isEqualTo(1);
    assertThat(app.isPay(USER, "" + first)).isTrue();
    assertThat(app.isPay(USER, "" + second)).isFalse();

    publish(payId, rejection(payId, first, 100, "AMOUNT_DIFFERS"));

    await()
        .atMost(20, SECONDS)
        .untilAsserted(
            () ->
                assertThat(app.parts(payId))
                    .containsExactly(first + ":2:AMOUNT_DIFFERS", second + ":2:ORDER_CLOSED"));
    assertThat(app.payStatus(payId)).isEqualTo(2);
    assertThat(app.isPay(USER, "" + first)).isFalse();
  }

  @Test
  void anotherPaymentCanBecomeTheEffectiveOneOfAnOrderThatRejectedTheFirst() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long rejected = paid(order);
    publish(rejected, rejection(rejected, order, 100, "ORDER_PAID_OTHERWISE"));
    await().atMost(20, SECONDS).until(() -> app.effectivePaymentOf(order) == null);

    long next = paid(order);

    assertThat(app.effectivePaymentOf(order)).isEqualTo(next);
    assertThat(app.isPay(USER, "" + order)).isTrue();
  }

  @Test
  void aRedeliveryAndARepetitionUnderANewIdChangeNothing() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long payId = paid(order);
    String id = UUID.randomUUID().toString();
    publish(payId, rejection(payId, order, 100, "ORDER_CLOSED"), id, TYPE);
    await().atMost(20, SECONDS).until(() -> app.payStatus(payId) == 2);
    List<String> before = app.everything();

    publish(payId, rejection(payId, order, 100, "ORDER_CLOSED"), id, TYPE);
    String last = UUID.randomUUID().toString();
    publish(payId, rejection(payId, order, 100, "ORDER_CLOSED"), last, TYPE);

    await().atMost(20, SECONDS).until(() -> processed(last));
    assertThat(app.everything())
        .filteredOn(row -> !row.contains(last))
        .containsExactlyElementsOf(before);
  }

  @Test
  void whatContradictsThePaymentsIsParkedAndTheNextOneApplied() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long payId = paid(order);
    long unconfirmed = app.pay(USER, app.orderApp().unpaidOrder(USER, 5)).payId();
    long unconfirmedOrder = Long.parseLong(app.parts(unconfirmed).get(0).split(":", -1)[0]);
    List<String> before = app.everything();
    long parkedBefore = parked().size();
    List<String> impossible =
        List.of(
            rejection(999_999, order, 100, "ORDER_CLOSED"),
            rejection(payId, 999_999, 100, "ORDER_CLOSED"),
            rejection(payId, order, 99, "ORDER_CLOSED"),
            rejection(unconfirmed, unconfirmedOrder, 5, "ORDER_CLOSED"),
            "{\"payId\":%d,\"orderId\":%d,\"amount\":100,\"reason\":\"WHIM\"}"
                .formatted(payId, order),
            "{\"payId\":%d,\"orderId\":%d,\"amount\":100}".formatted(payId, order),
            "{\"orderId\":%d,\"amount\":100,\"reason\":\"ORDER_CLOSED\"}".formatted(order),
            "not json",
            "null");
    impossible.forEach(payload -> publish(payId, payload));
    publish(
        payId,
        rejection(payId, order, 100, "ORDER_CLOSED"),
        UUID.randomUUID().toString(),
        "order.payment-rejected.v2");

    await()
        .atMost(30, SECONDS)
        .untilAsserted(
            () -> assertThat(parked()).hasSize((int) parkedBefore + impossible.size() + 1));
    assertThat(app.everything()).isEqualTo(before);

    publish(payId, rejection(payId, order, 100, "ORDER_CLOSED"));
    await().atMost(20, SECONDS).until(() -> app.payStatus(payId) == 2);
  }

  @Test
  void whatWasNeverCommittedInKafkaIsNotApplied() {
    long aborted = app.orderApp().unpaidOrder(USER, 100);
    long committed = app.orderApp().unpaidOrder(USER, 100);
    long payId = paid(aborted, committed);

    orderApp.beginTransaction();
    orderApp.send(
        record(
            payId,
            rejection(payId, aborted, 100, "ORDER_CLOSED"),
            UUID.randomUUID().toString(),
            TYPE));
    orderApp.flush();
    orderApp.abortTransaction();
    publish(payId, rejection(payId, committed, 100, "ORDER_CLOSED"));

    await().atMost(20, SECONDS).until(() -> app.effectivePaymentOf(committed) == null);
    assertThat(app.parts(payId)).containsExactly(aborted + ":1:-", committed + ":2:ORDER_CLOSED");
  }

  private long paid(long... orders) {
    long payId = app.pay(USER, orders).payId();
    assertThat(app.confirm(payId).status()).isEqualTo(200);
    return payId;
  }

  private static String rejection(long payId, long orderId, long amount, String reason) {
    String payload =
        "{\"payId\":%d,\"orderId\":%d,\"amount\":%d,\"reason\":\"%s\"}"
            .formatted(payId, orderId, amount, reason);
    assertThat(Events.violations(TYPE, payload)).isEmpty();
    return payload;
  }

  private void publish(long payId, String payload) {
    publish(payId, payload, UUID.randomUUID().toString(), TYPE);
  }

  private void publish(long payId, String payload, String id, String type) {
    orderApp.beginTransaction();
    orderApp.send(record(payId, payload, id, type));
    orderApp.commitTransaction();
  }

  private static ProducerRecord<String, String> record(
      long payId, String payload, String id, String type) {
    ProducerRecord<String, String> record =
        new ProducerRecord<>(TOPIC, Long.toString(payId), payload);
    record.headers().add("id", id.getBytes(UTF_8)).add("eventType", type.getBytes(UTF_8));
    return record;
  }

  private boolean processed(String id) {
    return app.db()
            .sql("SELECT COUNT(*) FROM processed_message WHERE message_id = :id")
            .param("id", id)
            .query(Long.class)
            .single()
        == 1;
  }

  private static List<ConsumerRecord<String, byte[]>> parked() {
    await()
        .atMost(20, SECONDS)
        .until(() -> Testbed.shared().kafka().topics().contains(TOPIC + "-dlt"));
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", (Object) Testbed.shared().kafka().bootstrapServers()),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(TOPIC + "-dlt", 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }
}
