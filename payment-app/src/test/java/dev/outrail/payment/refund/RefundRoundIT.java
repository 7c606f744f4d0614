package dev.outrail.payment.refund;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.messaging.inbox.Inbox;
import dev.outrail.payment.payment.OrderId;
import dev.outrail.payment.payment.PartId;
import dev.outrail.payment.payment.PayId;
import dev.outrail.payment.payment.RefundReason;
import dev.outrail.payment.provider.ProviderUnavailableException;
import dev.outrail.payment.provider.RefundReceipt;
import dev.outrail.payment.running.AtOnce;
import dev.outrail.payment.running.PaymentApp;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is to be paid back is paid back, once, with rounds that the test runs; no broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefundRoundIT {

  private static final long USER = 7;

  @SuppressWarnings("NullAway.Init")
  private PaymentApp app;

  @SuppressWarnings("NullAway.Init")
  private ConfigurableApplicationContext otherInstance;

  @BeforeAll
  void start() {
    app =
        PaymentApp.start(
            Map.of(
                "outrail.payment.refund.batch-size",
                "5",
                "outrail.payment.refund.lease",
                "1h",
                "outrail.payment.refund.first-back-off",
                "10m"),
            ProviderInTheWay.class);
    otherInstance = app.anotherInstance(Map.of(), ProviderInTheWay.class);
  }

  @AfterAll
  void stop() {
    otherInstance.close();
    app.close();
  }

  @AfterEach
  void leaveNothingToBePaidBack() {
    ProviderInTheWay.afterBooking.clear();
    app.db().sql("DELETE FROM pay_order WHERE state = 2").update();
  }

  @Test
  void whatNoOrderCouldTakeIsPaidBackAndThePaymentSaysSo() {
    long first = app.orderApp().unpaidOrder(USER, 100);
    long second = app.orderApp().unpaidOrder(USER, 200);
    long payId = paid(first, second);
    reject(rejection(payId, first, 100), rejection(payId, second, 200));

    int taken = round();

    assertThat(taken).isEqualTo(2);
    assertThat(app.parts(payId))
        .containsExactly(first + ":3:ORDER_CLOSED", second + ":3:ORDER_CLOSED");
    assertThat(app.payStatus(payId)).isEqualTo(3);
    assertThat(app.paidBack(payId)).containsExactly(first + ":100:1", second + ":200:1");
    assertThat(refund(payId, first))
        .containsEntry("refund_attempts", 1)
        .containsEntry("refund_problem", null)
        .containsEntry("refund_due", null)
        .containsEntry("refund_no", refundNoInTheBooks(payId, first));
    assertThat(refund(payId, first).get("refund_time")).isNotNull();
    assertThat(round()).as("nothing is left").isZero();
  }

  @Test
  void ofAPaymentOnlyTheRejectedPartIsPaidBackAndTheOtherWhenItIsRejectedToo() {
    long kept = app.orderApp().unpaidOrder(USER, 100);
    long rejected = app.orderApp().unpaidOrder(USER, 200);
    long payId = paid(kept, rejected);
    reject(rejection(payId, rejected, 200));

    round();

    assertThat(app.parts(payId)).containsExactly(kept + ":1:-", rejected + ":3:ORDER_CLOSED");
    assertThat(app.payStatus(payId)).isEqualTo(1);
    assertThat(app.isPay(USER, "" + kept)).isTrue();
    assertThat(app.paidBack(payId)).containsExactly(rejected + ":200:1");

    reject(rejection(payId, kept, 100));
    assertThat(app.payStatus(payId)).isEqualTo(2);
    round();

    assertThat(app.payStatus(payId)).isEqualTo(3);
    assertThat(app.paidBack(payId)).containsExactly(kept + ":100:1", rejected + ":200:1");
  }

  @Test
  void aPaymentIsRefundedWithTheLastOfItsParts() {
    long first = app.orderApp().unpaidOrder(USER, 100);
    long second = app.orderApp().unpaidOrder(USER, 200);
    long payId = paid(first, second);
    reject(rejection(payId, first, 100), rejection(payId, second, 200));
    ProviderInTheWay.afterBooking.add(RefundRoundIT::lostAnswer);

    round();

    assertThat(app.parts(payId))
        .containsExactly(first + ":2:ORDER_CLOSED", second + ":3:ORDER_CLOSED");
    assertThat(app.payStatus(payId)).isEqualTo(2);

    app.letTimePassForRefunds();
    round();

    assertThat(app.payStatus(payId)).isEqualTo(3);
  }

  @Test
  void ofRejectionsOfOnePartInOneBatchTheFirstCounts() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long payId = paid(order);

    reject(
        rejection(payId, order, 100),
        new Rejection(rejection(payId, order, 100).part(), 100, RefundReason.STOCK_GONE));

    assertThat(app.parts(payId)).containsExactly(order + ":2:ORDER_CLOSED");
    assertThat(app.payStatus(payId)).isEqualTo(2);
  }

  @Test
  void anImpossibleRejectionLeavesNothingOfItsBatch() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long payId = paid(order);
    List<String> before = app.everything();

    assertThatThrownBy(
            () ->
                new TransactionTemplate(app.bean(PlatformTransactionManager.class))
                    .executeWithoutResult(
                        status ->
                            app.bean(Refunds.class)
                                .apply(
                                    List.of(
                                        rejection(payId, order, 100),
                                        rejection(payId, order, 99)))))
        .isInstanceOf(ImpossibleRejectionException.class)
        .hasMessageContaining("amount of 100");

    assertThat(app.everything()).isEqualTo(before);
  }

  @Test
  void theLaterOfTwoPaymentsForOneOrderIsPaidBack() {
    long contested = app.orderApp().unpaidOrder(USER, 100);
    long free = app.orderApp().unpaidOrder(USER, 20);
    long late = app.pay(USER, contested).payId();
    long partly = app.pay(USER, contested, free).payId();
    long effective = paid(contested);
    app.confirm(late);
    app.confirm(partly);

    round();

    assertThat(app.parts(late)).containsExactly(contested + ":3:ORDER_PAID_OTHERWISE");
    assertThat(app.payStatus(late)).isEqualTo(3);
    assertThat(app.paidBack(late)).containsExactly(contested + ":100:1");
    assertThat(app.parts(partly))
        .containsExactly(contested + ":3:ORDER_PAID_OTHERWISE", free + ":1:-");
    assertThat(app.payStatus(partly)).isEqualTo(1);
    assertThat(app.paidBack(partly)).containsExactly(contested + ":100:1");
    assertThat(app.payStatus(effective)).isEqualTo(1);
    assertThat(app.paidBack(effective)).isEmpty();
  }

  @Test
  void aRefundWhoseAnswerGotLostIsAskedForAgainAndBookedOnce() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long payId = rejectedPayment(order, 100);
    ProviderInTheWay.afterBooking.add(RefundRoundIT::lostAnswer);

    round();

    assertThat(app.parts(payId)).containsExactly(order + ":2:ORDER_CLOSED");
    assertThat(refund(payId, order))
        .containsEntry("refund_problem", "not known whether done: lost on purpose")
        .containsEntry("refund_no", null);
    assertThat(round()).as("the back-off is not over").isZero();

    app.letTimePassForRefunds();
    round();

    assertThat(app.payStatus(payId)).isEqualTo(3);
    assertThat(app.paidBack(payId)).containsExactly(order + ":100:2");
    assertThat(refund(payId, order))
        .containsEntry("refund_attempts", 2)
        .containsEntry("refund_problem", null)
        .containsEntry("refund_no", refundNoInTheBooks(payId, order));
  }

  @Test
  void whatAnInstanceHadBookedBeforeItDiedIsSettledByAnotherWhenTheLeaseIsOver() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long payId = rejectedPayment(order, 100);
    ProviderInTheWay.afterBooking.add(
        receipt -> {
          throw new Death();
        });

    assertThatThrownBy(this::round).isInstanceOf(Death.class);

    assertThat(app.paidBack(payId)).containsExactly(order + ":100:1");
    assertThat(app.parts(payId)).containsExactly(order + ":2:ORDER_CLOSED");
    assertThat(roundOfTheOther()).as("the lease is not over").isZero();

    app.letTimePassForRefunds();
    roundOfTheOther();

    assertThat(app.payStatus(payId)).isEqualTo(3);
    assertThat(app.paidBack(payId)).containsExactly(order + ":100:2");
    assertThat(refund(payId, order)).containsEntry("refund_no", refundNoInTheBooks(payId, order));
  }

  @Test
  void anAnswerThatComesAfterTheLeaseFindsThePartSettledAndChangesNothing() throws Exception {
    assertAnswerThatComesTooLate(receipt -> receipt);
  }

  @Test
  void aFailureThatComesAfterTheLeaseChangesNothing() throws Exception {
    assertAnswerThatComesTooLate(RefundRoundIT::lostAnswer);
  }

  private void assertAnswerThatComesTooLate(UnaryOperator<RefundReceipt> answer) throws Exception {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long payId = rejectedPayment(order, 100);

    Map<String, Object> settled = answerTooLate(payId, order, answer);

    assertThat(settled).containsEntry("state", 3);
    assertThat(refund(payId, order)).isEqualTo(settled);
    assertThat(app.payStatus(payId)).isEqualTo(3);
    assertThat(app.paidBack(payId)).containsExactly(order + ":100:2");
  }

  /**
   * The first instance gets its answer when the lease is over and the other has settled the part.
   *
   * @return the part as the other has left it
   */
  private Map<String, Object> answerTooLate(
      long payId, long order, UnaryOperator<RefundReceipt> answer) throws Exception {
    CountDownLatch booked = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ProviderInTheWay.afterBooking.add(
        receipt -> {
          booked.countDown();
          await(goOn);
          return answer.apply(receipt);
        });
    CompletableFuture<Integer> slow = CompletableFuture.supplyAsync(this::round);
    await(booked);
    app.letTimePassForRefunds();
    roundOfTheOther();
    Map<String, Object> settled = refund(payId, order);
    goOn.countDown();
    slow.get(20, SECONDS);
    return settled;
  }

  @Test
  void aProviderThatHasPaidTwiceIsAnErrorThatStays() throws Exception {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long payId = rejectedPayment(order, 100);
    double before = attempts("paid_twice");

    answerTooLate(payId, order, receipt -> new RefundReceipt("second-number"));

    assertThat(refund(payId, order))
        .containsEntry("state", 3)
        .containsEntry("refund_no", refundNoInTheBooks(payId, order))
        .containsEntry("refund_problem", "paid back again, number second-number");
    assertThat(attempts("paid_twice")).isEqualTo(before + 1);
  }

  @Test
  void aFailureOfAnAttemptThatWasTakenOverDoesNotPutTheNextOneOff() throws Exception {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long payId = rejectedPayment(order, 100);
    CountDownLatch booked = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ProviderInTheWay.afterBooking.add(
        receipt -> {
          booked.countDown();
          await(goOn);
          return lostAnswer(receipt);
        });
    CompletableFuture<Integer> slow = CompletableFuture.supplyAsync(this::round);
    await(booked);
    app.letTimePassForRefunds();
    ProviderInTheWay.afterBooking.add(
        receipt -> {
          throw new ProviderUnavailableException("the second failure", null);
        });
    roundOfTheOther();
    Map<String, Object> second = refund(payId, order);

    goOn.countDown();
    slow.get(20, SECONDS);

    assertThat(refund(payId, order)).isEqualTo(second);
    assertThat((String) second.get("refund_problem")).contains("the second failure");
  }

  @RepeatedTest(3)
  void ofInstancesThatWorkAtOnceEachTakesOtherParts() throws Exception {
    List<Long> payIds = new ArrayList<>();
    for (int number = 0; number < 24; number++) {
      payIds.add(rejectedPayment(app.orderApp().unpaidOrder(USER, 1 + number), 1 + number));
    }

    AtOnce.run(
        untilNothingIsDue(this::round),
        untilNothingIsDue(this::round),
        untilNothingIsDue(this::roundOfTheOther),
        untilNothingIsDue(this::roundOfTheOther));

    assertThat(payIds)
        .allSatisfy(
            payId -> {
              assertThat(app.payStatus(payId)).isEqualTo(3);
              assertThat(app.paidBack(payId)).hasSize(1).allMatch(row -> row.endsWith(":1"));
            });
  }

  /** Parts that are due come first, so that the statement is still busy when others commit. */
  @Test
  void aPaymentThatIsConfirmedWhileTheRoundLooksIsTakenWithItsNumber() {
    long first = app.pay(USER, app.orderApp().unpaidOrder(USER, 1)).payId() * 1_000_000;
    long firstUnpaid = first + 3_000;
    long end = firstUnpaid + 200;
    List<String> payments = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    for (long id = first; id < end; id++) {
      boolean due = id < firstUnpaid;
      payments.add("(%d, 7, 0, 11, 'CNY', %s)".formatted(id, due ? "'biz'" : "NULL"));
      parts.add("(%d, %d, 11, %d)".formatted(id, id, due ? 2 : 0));
    }
    insert("pay_info (pay_id, user_id, sys_type, pay_amount, currency, biz_pay_no)", payments);
    insert("pay_order (pay_id, order_id, amount, state)", parts);
    CompletableFuture<Void> confirmed =
        CompletableFuture.runAsync(
            () -> LongStream.range(firstUnpaid, end).forEach(this::confirmAndReject));

    List<DueRefund> taken = new ArrayList<>();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              taken.addAll(app.bean(DueRefunds.class).take(5_000, Duration.ofHours(1)));
              return confirmed.isDone() && taken.size() >= end - first;
            });

    confirmed.join();
    assertThat(taken)
        .hasSize((int) (end - first))
        .extracting(refund -> refund.request().bizPayNo())
        .containsOnly("biz");
  }

  private void confirmAndReject(long payId) {
    JdbcClient jdbc = JdbcClient.create(app.bean(DataSource.class));
    new TransactionTemplate(app.bean(PlatformTransactionManager.class))
        .executeWithoutResult(
            status -> {
              jdbc.sql("UPDATE pay_info SET pay_status = 1, biz_pay_no = 'biz' WHERE pay_id = :id")
                  .param("id", payId)
                  .update();
              jdbc.sql("UPDATE pay_order SET state = 2 WHERE pay_id = :id")
                  .param("id", payId)
                  .update();
            });
  }

  /** What another transaction holds is passed over by the lock, so none due may still come. */
  private static Callable<Integer> untilNothingIsDue(Callable<Integer> round) {
    return () -> {
      int sum = 0;
      int taken;
      do {
        taken = round.call();
        sum += taken;
      } while (taken > 0);
      return sum;
    };
  }

  @Test
  void aPartThatAnotherTransactionHoldsIsPassedOver() throws Exception {
    long held = rejectedPayment(app.orderApp().unpaidOrder(USER, 100), 100);
    long free = rejectedPayment(app.orderApp().unpaidOrder(USER, 100), 100);

    try (Connection other = app.newConnections().getConnection();
        Statement sql = other.createStatement()) {
      other.setAutoCommit(false);
      sql.execute("SELECT * FROM pay_order WHERE pay_id = " + held + " FOR UPDATE");
      assertThat(CompletableFuture.supplyAsync(this::round).get(20, SECONDS)).isEqualTo(1);
      other.rollback();
    }

    assertThat(app.payStatus(free)).isEqualTo(3);
    assertThat(app.payStatus(held)).isEqualTo(2);
  }

  @Test
  void aRefusedRefundStaysVisibleAndTheOthersGoOn() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long refused = rejectedPayment(order, 100);
    app.db()
        .sql(
            """
            INSERT INTO sandbox_refund
              (idempotency_key, pay_id, order_id, amount, currency, refund_no)
            VALUES (:key, :payId, 1, 1, 'CNY', 'by hand')
            """)
        .param("key", "by-hand-" + refused)
        .param("payId", refused)
        .update();
    long otherOrder = app.orderApp().unpaidOrder(USER, 5);
    long other = rejectedPayment(otherOrder, 5);
    double before = attempts("refused");

    app.bean(RefundJob.class).runWhatIsDue();

    assertThat(app.payStatus(other)).isEqualTo(3);
    assertThat(app.parts(refused)).containsExactly(order + ":2:ORDER_CLOSED");
    assertThat(app.payStatus(refused)).isEqualTo(2);
    assertThat((String) refund(refused, order).get("refund_problem"))
        .startsWith("refused: ")
        .contains("too many");
    assertThat(attempts("refused")).isEqualTo(before + 1);
    assertThat(app.bean(MeterRegistry.class).get("outrail.payment.refund.waiting").gauge().value())
        .isEqualTo(1);
    assertThat(hoursUntilDue(refused)).isEqualTo(5);

    app.db().sql("DELETE FROM sandbox_refund WHERE refund_no = 'by hand'").update();
    app.letTimePassForRefunds();
    app.bean(RefundJob.class).runWhatIsDue();

    assertThat(app.payStatus(refused)).isEqualTo(3);
    assertThat(app.bean(MeterRegistry.class).get("outrail.payment.refund.waiting").gauge().value())
        .isZero();
  }

  @Test
  void anErrorInARoundDoesNotEndTheJob() {
    long payId = rejectedPayment(app.orderApp().unpaidOrder(USER, 100), 100);
    ProviderInTheWay.afterBooking.add(
        receipt -> {
          throw new Death();
        });
    app.bean(RefundJob.class).runWhatIsDue();
    assertThat(app.payStatus(payId)).isEqualTo(2);
    app.letTimePassForRefunds();

    app.bean(RefundJob.class).runWhatIsDue();

    assertThat(app.payStatus(payId)).isEqualTo(3);
  }

  @Test
  void thoseThatHaveWaitedLongestComeFirst() {
    List<Long> payIds = new ArrayList<>();
    for (int number = 0; number < 7; number++) {
      payIds.add(rejectedPayment(app.orderApp().unpaidOrder(USER, 10), 10));
    }
    app.db()
        .sql("UPDATE pay_order SET refund_due = NULL WHERE pay_id = :last")
        .param("last", payIds.get(6))
        .update();

    round();

    assertThat(payIds.stream().filter(payId -> app.payStatus(payId) == 3))
        .containsExactlyInAnyOrder(
            payIds.get(6), payIds.get(0), payIds.get(1), payIds.get(2), payIds.get(3));
  }

  @Test
  void theNumberOfStatementsDoesNotGrowWithTheBatch() {
    List<Rejection> ofThree = rejectionsOfNewPayments(3);
    List<Rejection> ofTwoHundred = rejectionsOfNewPayments(200);

    Map<String, Long> three = statements(() -> apply(ofThree));
    Map<String, Long> twoHundred = statements(() -> apply(ofTwoHundred));

    assertThat(three)
        .containsEntry("Com_insert", 1L)
        .containsEntry("Com_delete", 1L)
        .containsEntry("Com_update", 3L)
        .containsEntry("Com_commit", 1L);
    assertThat(twoHundred).isEqualTo(three);
    assertThat(rejectedAndKept()).isEqualTo("203 parts, 102 payments, 101 claims");
  }

  private String rejectedAndKept() {
    return app.db()
        .sql(
            """
            SELECT CONCAT(
                (SELECT COUNT(*) FROM pay_order WHERE state = 2), ' parts, ',
                (SELECT COUNT(*) FROM pay_info
                  WHERE pay_id > 1000000 AND pay_status = 2), ' payments, ',
                (SELECT COUNT(*) FROM paid_order WHERE pay_id > 1000000), ' claims')
            """)
        .query(String.class)
        .single();
  }

  /** Every other one for another reason; every other payment keeps an order of it. */
  private List<Rejection> rejectionsOfNewPayments(int count) {
    long base = app.pay(USER, app.orderApp().unpaidOrder(USER, 1)).payId() * 1_000_000;
    List<String> payments = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    List<String> claims = new ArrayList<>();
    List<Rejection> rejections = new ArrayList<>();
    for (long id = base; id < base + count; id++) {
      payments.add("(%d, 7, 0, 1, 11, 'CNY', 'biz')".formatted(id));
      boolean keepsOne = id % 2 == 1;
      for (long order : keepsOne ? List.of(2 * id, 2 * id + 1) : List.of(2 * id)) {
        parts.add("(%d, %d, 10, 1)".formatted(id, order));
        claims.add("(%d, %d, 7)".formatted(order, id));
      }
      rejections.add(
          new Rejection(
              new PartId(new PayId(id), new OrderId(2 * id)),
              10,
              keepsOne ? RefundReason.ORDER_CLOSED : RefundReason.STOCK_GONE));
    }
    insert(
        "pay_info (pay_id, user_id, sys_type, pay_status, pay_amount, currency, biz_pay_no)",
        payments);
    insert("pay_order (pay_id, order_id, amount, state)", parts);
    insert("paid_order (order_id, pay_id, user_id)", claims);
    return rejections;
  }

  private void insert(String into, List<String> rows) {
    app.db().sql("INSERT INTO " + into + " VALUES " + String.join(", ", rows)).update();
  }

  private long rejectedPayment(long order, long amount) {
    long payId = paid(order);
    reject(rejection(payId, order, amount));
    return payId;
  }

  private long paid(long... orders) {
    long payId = app.pay(USER, orders).payId();
    assertThat(app.confirm(payId).status()).isEqualTo(200);
    return payId;
  }

  private static Rejection rejection(long payId, long orderId, long amount) {
    return new Rejection(
        new PartId(new PayId(payId), new OrderId(orderId)), amount, RefundReason.ORDER_CLOSED);
  }

  private void reject(Rejection... rejections) {
    apply(List.of(rejections));
  }

  private record Message(String id, Rejection rejection) {}

  private void apply(List<Rejection> rejections) {
    app.bean(Inbox.class)
        .applyBatch(
            "payment-app",
            rejections.stream()
                .map(rejection -> new Message(UUID.randomUUID().toString(), rejection))
                .toList(),
            Message::id,
            messages ->
                app.bean(Refunds.class).apply(messages.stream().map(Message::rejection).toList()));
  }

  private int round() {
    return app.bean(RefundRound.class).run(() -> false);
  }

  private int roundOfTheOther() {
    return otherInstance.getBean(RefundRound.class).run(() -> false);
  }

  private static RefundReceipt lostAnswer(RefundReceipt receipt) {
    throw new ProviderUnavailableException("lost on purpose", null);
  }

  /** The process is gone: nothing that follows in the code happens. */
  private static final class Death extends Error {}

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Map<String, Object> refund(long payId, long orderId) {
    return app.db()
        .sql("SELECT * FROM pay_order WHERE pay_id = :payId AND order_id = :orderId")
        .param("payId", payId)
        .param("orderId", orderId)
        .query()
        .singleRow();
  }

  private String refundNoInTheBooks(long payId, long orderId) {
    return app.db()
        .sql("SELECT refund_no FROM sandbox_refund WHERE idempotency_key = :key")
        .param("key", payId + "-" + orderId)
        .query(String.class)
        .single();
  }

  private long hoursUntilDue(long payId) {
    return app.db()
        .sql(
            "SELECT TIMESTAMPDIFF(HOUR, CURRENT_TIMESTAMP(6), refund_due) FROM pay_order"
                + " WHERE pay_id = :payId")
        .param("payId", payId)
        .query(Long.class)
        .single();
  }

  private double attempts(String outcome) {
    return app.bean(MeterRegistry.class)
        .get("outrail.payment.refund.attempts")
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  /** How often the server ran statements of each kind; nobody else uses it meanwhile. */
  private Map<String, Long> statements(Runnable work) {
    Map<String, Long> before = counters();
    work.run();
    Map<String, Long> after = counters();
    return after.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> entry.getValue() - before.get(entry.getKey())));
  }

  private Map<String, Long> counters() {
    return app
        .db()
        .sql(
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('Com_select', 'Com_insert', 'Com_update',"
                + " 'Com_delete', 'Com_commit', 'Com_rollback')")
        .query((row, number) -> Map.entry(row.getString("Variable_name"), row.getLong("Value")))
        .list()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
