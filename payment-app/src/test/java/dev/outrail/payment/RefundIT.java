package dev.outrail.payment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.messaging.deadletter.DeadLetter;
import dev.outrail.messaging.deadletter.DeadLetters;
import dev.outrail.messaging.deadletter.DeadLetters.Query;
import dev.outrail.payment.running.Answer;
import dev.outrail.payment.running.AtOnce;
import dev.outrail.payment.running.Events;
import dev.outrail.payment.running.PaymentApp;
import dev.outrail.testbed.Testbed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What order-app rejects, over a real broker, up to the refund. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefundIT {

  private static final long USER = 7;
  private static final String TOPIC = "order-pay-rejected";
  private static final String TYPE = "order.payment-rejected.v1";

  /** From here on, keys of events that are about no payment. */
  private static final long NO_PAYMENT = 1L << 60;

  /** Pays back at once, through a provider whose answers get lost. */
  private static final Map<String, String> EAGER =
      Map.of(
          "outrail.payment.refund.interval", "10ms",
          "outrail.payment.refund.batch-size", "3",
          "outrail.payment.refund.first-back-off", "10ms",
          "outrail.payment.refund.longest-back-off", "100ms",
          "outrail.payment.sandbox.refund-failures", "3");

  private static final ProducerRecord<String, String> END = new ProducerRecord<>(TOPIC, "end");

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
    app = PaymentApp.start(Map.of("spring.kafka.bootstrap-servers", kafka.bootstrapServers()));
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
  void whatContradictsThePaymentsIsParkedAndOneOfAnotherKeyIsApplied() {
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
    for (int number = 0; number < impossible.size(); number++) {
      publish(NO_PAYMENT + number, impossible.get(number));
    }
    publish(
        NO_PAYMENT + impossible.size(),
        rejection(payId, order, 100, "ORDER_CLOSED"),
        UUID.randomUUID().toString(),
        "order.payment-rejected.v2");

    await()
        .atMost(30, SECONDS)
        .untilAsserted(
            () -> assertThat(parked()).hasSize((int) parkedBefore + impossible.size() + 1));
    assertThat(app.everything())
        .as("nothing but marks")
        .filteredOn(row -> !row.startsWith("processed_message"))
        .containsExactlyElementsOf(
            before.stream().filter(row -> !row.startsWith("processed_message")).toList());

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

  @Test
  void whatAnOrderRejectedBecauseItsStockWasGoneIsPaidBackAndTheUserSeesIt() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long payId = paid(order);
    publish(payId, rejection(payId, order, 100, "STOCK_GONE"));
    await().atMost(20, SECONDS).until(() -> app.payStatus(payId) == 2);
    Answer pending = show(payId);

    try (var paysBack = app.anotherInstance(EAGER)) {
      await().atMost(20, SECONDS).until(() -> app.payStatus(payId) == 3);
      assertThat(paysBack.isRunning()).isTrue();
    }

    assertThat(pending.body())
        .contains("\"status\":\"REFUND_PENDING\"")
        .contains("\"state\":\"REFUND_PENDING\",\"reason\":\"STOCK_GONE\",\"refundTime\":null");
    assertThat(show(payId).body())
        .contains("\"status\":\"REFUNDED\"")
        .containsPattern(
            "\"state\":\"REFUNDED\",\"reason\":\"STOCK_GONE\",\"refundTime\":\"20.*Z\"");
    assertThat(app.paidBack(payId)).hasSize(1).allMatch(row -> row.startsWith(order + ":100:"));
  }

  /**
   * Payments that compete for orders are confirmed, several times each; parts of them are rejected,
   * several times each, in batches; and two instances pay back through a provider that loses one
   * answer in three. All of it at once.
   */
  @Test
  void whateverRacesEachPartIsPaidBackOnceOrNotAtAll() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("RefundIT, race with seed " + seed);
    Random random = new Random(seed);
    List<Long> orders = new ArrayList<>();
    for (int number = 0; number < 40; number++) {
      orders.add(app.orderApp().unpaidOrder(USER, 1 + random.nextInt(1_000)));
    }
    List<Long> payIds = new ArrayList<>();
    for (int number = 0; number < 50; number++) {
      List<Long> some = new ArrayList<>(orders);
      Collections.shuffle(some, random);
      payIds.add(
          app.pay(
                  USER,
                  some.subList(0, 1 + random.nextInt(3)).stream().mapToLong(id -> id).toArray())
              .payId());
    }
    long parkedBefore = parked().size();
    Set<String> rejected = ConcurrentHashMap.newKeySet();
    BlockingQueue<ProducerRecord<String, String>> toPublish = new LinkedBlockingQueue<>();

    List<Integer> refusals;
    try (var one = app.anotherInstance(EAGER);
        var other = app.anotherInstance(EAGER)) {
      List<Callable<List<Integer>>> confirming = new ArrayList<>();
      for (int thread = 0; thread < 6; thread++) {
        Random its = new Random(random.nextLong());
        confirming.add(() -> confirmInAnyOrder(payIds, its, rejected, toPublish));
      }
      CompletableFuture<Integer> publishing =
          CompletableFuture.supplyAsync(() -> publishBatches(toPublish));
      refusals =
          AtOnce.run(
                  confirming.get(0),
                  confirming.get(1),
                  confirming.get(2),
                  confirming.get(3),
                  confirming.get(4),
                  confirming.get(5))
              .stream()
              .flatMap(List::stream)
              .toList();
      String last = UUID.randomUUID().toString();
      String again = rejected.iterator().next();
      toPublish.add(
          record(Long.parseLong(again.split(":", -1)[0]), rejectionOf(again), last, TYPE));
      toPublish.add(END);
      publishing.get(60, SECONDS);
      await().atMost(60, SECONDS).until(() -> processed(last) && partsIn(2).isEmpty());
      assertThat(one.isRunning() && other.isRunning()).isTrue();
    }

    assertThat(refusals).as("notices that were not answered with success").isEmpty();
    assertThat(parked()).hasSize((int) parkedBefore);
    assertThat(partsIn(3)).containsAll(rejected);
    assertThat(booked())
        .as("in the provider's books")
        .containsExactlyInAnyOrderElementsOf(partsIn(3));
    assertThat(partsIn(1)).isEqualTo(claimed()).doesNotContainAnyElementsOf(rejected);
    assertThat(payIds)
        .allSatisfy(
            payId ->
                assertThat(app.payStatus(payId))
                    .isEqualTo(
                        app.parts(payId).stream().allMatch(part -> part.contains(":3:")) ? 3 : 1));
    System.out.printf(
        "%d parts paid back, %d effective, %d requests%n",
        partsIn(3).size(), partsIn(1).size(), requests());
  }

  /** The notices, each some times; once a payment is confirmed, some of its parts are rejected. */
  private List<Integer> confirmInAnyOrder(
      List<Long> payIds,
      Random random,
      Set<String> rejected,
      BlockingQueue<ProducerRecord<String, String>> toPublish) {
    List<Long> mine = new ArrayList<>(payIds);
    Collections.shuffle(mine, random);
    List<Integer> refusals = new ArrayList<>();
    for (long payId : mine) {
      int status = app.confirm(payId).status();
      if (status != 200) {
        refusals.add(status);
      } else if (random.nextInt(4) == 0) {
        List<String> parts = partsOf(payId);
        String part = parts.get(random.nextInt(parts.size()));
        rejected.add(part);
        String id = UUID.randomUUID().toString();
        for (int times = random.nextInt(3); times >= 0; times--) {
          toPublish.add(
              record(
                  payId,
                  rejectionOf(part),
                  random.nextBoolean() ? id : UUID.randomUUID().toString(),
                  TYPE));
        }
      }
    }
    return refusals;
  }

  private int publishBatches(BlockingQueue<ProducerRecord<String, String>> toPublish) {
    int batches = 0;
    boolean more = true;
    while (more) {
      List<ProducerRecord<String, String>> batch = new ArrayList<>();
      try {
        batch.add(toPublish.take());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return batches;
      }
      toPublish.drainTo(batch);
      more = !batch.remove(END);
      orderApp.beginTransaction();
      batch.forEach(orderApp::send);
      orderApp.commitTransaction();
      batches++;
    }
    return batches;
  }

  private static String rejectionOf(String part) {
    List<Long> numbers = Arrays.stream(part.split(":", -1)).map(Long::valueOf).toList();
    return rejection(numbers.get(0), numbers.get(1), numbers.get(2), "ORDER_CLOSED");
  }

  private List<String> partsOf(long payId) {
    return strings(
        "SELECT CONCAT_WS(':', pay_id, order_id, amount) FROM pay_order WHERE pay_id = " + payId);
  }

  /** All parts in this state as "payment:order:amount". */
  private Set<String> partsIn(int state) {
    return Set.copyOf(
        strings(
            "SELECT CONCAT_WS(':', pay_id, order_id, amount) FROM pay_order WHERE state = "
                + state));
  }

  private Set<String> claimed() {
    return Set.copyOf(
        strings(
            """
            SELECT CONCAT_WS(':', pay_id, order_id, amount)
              FROM paid_order JOIN pay_order USING (pay_id, order_id)
            """));
  }

  /** What the provider paid back, in the same form; marked where the part has another number. */
  private List<String> booked() {
    return strings(
        """
        SELECT CONCAT_WS(':', b.pay_id, b.order_id, b.amount,
                         IF(b.refund_no <=> p.refund_no, NULL, 'under another number'))
          FROM sandbox_refund b LEFT JOIN pay_order p USING (pay_id, order_id)
        """);
  }

  private long requests() {
    return app.db().sql("SELECT SUM(requests) FROM sandbox_refund").query(Long.class).single();
  }

  private List<String> strings(String sql) {
    return app.db().sql(sql).query(String.class).list();
  }

  private Answer show(long payId) {
    return app.get("/pay/" + payId, "Authorization", "Bearer " + app.tokens().of(USER));
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

  private List<DeadLetter> parked() {
    return app.bean(DeadLetters.class).find(Query.ALL, 0, 500);
  }
}
