package dev.outrail.payment;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.messaging.outbox.EventId;
import dev.outrail.messaging.outbox.JdbcOutbox;
import dev.outrail.messaging.outbox.Outbox;
import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.messaging.tracing.TraceContextSource;
import dev.outrail.payment.notice.NoticeSigner;
import dev.outrail.payment.running.Answer;
import dev.outrail.payment.running.AtOnce;
import dev.outrail.payment.running.Events;
import dev.outrail.payment.running.PaymentApp;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The provider's notices, with no broker anywhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NoticeIT {

  private static final long USER = 7;

  @SuppressWarnings("NullAway.Init")
  private PaymentApp app;

  @BeforeAll
  void start() {
    app = PaymentApp.start(Map.of(), BreakableOutbox.class);
  }

  @AfterAll
  void stop() {
    app.close();
  }

  @Test
  void aNoticeMakesThePaymentPaidAndAppendsTheEventInTheCallersTrace() {
    long first = app.orderApp().unpaidOrder(USER, 12_900);
    long second = app.orderApp().unpaidOrder(USER, 100);
    long payId = app.pay(USER, second, first).payId();
    String trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    Answer answer =
        app.confirm(
            payId,
            "traceparent",
            "00-" + trace + "-00f067aa0ba902b7-01",
            "tracestate",
            "shop=checkout");

    assertThat(answer.body()).isEqualTo("{\"code\":\"00000\",\"msg\":\"ok\",\"data\":true}");
    Map<String, Object> payment =
        app.db().sql("SELECT * FROM pay_info WHERE pay_id = " + payId).query().singleRow();
    assertThat(payment)
        .containsEntry("pay_status", 1)
        .containsEntry("version", 1)
        .containsEntry("biz_pay_no", "biz-" + payId)
        .containsEntry("callback_content", app.noticeFor(payId));
    assertThat(payment.get("callback_time")).isNotNull().isEqualTo(payment.get("confirm_time"));
    assertThat(app.parts(payId)).containsExactly(first + ":1:-", second + ":1:-");
    assertThat(app.effectivePaymentOf(first)).isEqualTo(payId);
    Map<String, Object> event =
        app.db()
            .sql("SELECT * FROM outbox WHERE aggregateid = '" + payId + "'")
            .query()
            .singleRow();
    assertThat(event)
        .containsEntry("aggregatetype", "order-notify")
        .containsEntry("type", "payment.succeeded.v1")
        .containsEntry("content_type", "application/json")
        .containsEntry("tracestate", "shop=checkout");
    assertThat((String) event.get("traceparent")).startsWith("00-" + trace + "-");
    String payload = app.eventsOf(payId).get(0);
    assertThat(Events.violations("payment.succeeded.v1", payload)).isEmpty();
    Instant paidAt = Instant.parse(Events.json(payload).path("paidAt").asString());
    assertThat(payload)
        .isEqualTo(
            ("{\"payId\":%d,\"userId\":7,\"amount\":13000,\"currency\":\"CNY\",\"paidAt\":\"%s\","
                    + "\"orders\":[{\"orderId\":%d,\"amount\":12900},{\"orderId\":%d,\"amount\":100}]}")
                .formatted(payId, paidAt, first, second));
    assertThat(
            app.db()
                .sql(
                    "SELECT UNIX_TIMESTAMP(confirm_time) * 1000000 FROM pay_info WHERE pay_id = "
                        + payId)
                .query(Long.class)
                .single())
        .isEqualTo(paidAt.getEpochSecond() * 1_000_000 + paidAt.getNano() / 1_000);
  }

  @Test
  void aRepeatedNoticeIsAnsweredWithSuccessAndChangesNothing() {
    long payId = unconfirmed();
    app.confirm(payId);

    Answer again = changesNothing(() -> app.confirm(payId));

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.code()).isEqualTo("00000");
  }

  @RepeatedTest(10)
  void ofNoticesThatComeAtOnceOneAppends() throws Exception {
    long payId = unconfirmed();

    List<Answer> answers =
        AtOnce.run(
            () -> app.confirm(payId),
            () -> app.confirm(payId),
            () -> app.confirm(payId),
            () -> app.confirm(payId));

    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    assertThat(app.eventsOf(payId)).hasSize(1);
    assertThat(app.payStatus(payId)).isEqualTo(1);
  }

  @RepeatedTest(10)
  void ofTwoPaymentsOfOneOrderConfirmedAtOnceOneIsEffective() throws Exception {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long one = app.pay(USER, order).payId();
    long other = app.pay(USER, order).payId();

    List<Answer> answers = AtOnce.run(() -> app.confirm(one), () -> app.confirm(other));

    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    Long winner = app.effectivePaymentOf(order);
    long loser = winner != null && winner == one ? other : one;
    assertThat(winner).isIn(one, other);
    assertThat(app.payStatus(winner)).isEqualTo(1);
    assertThat(app.parts(winner)).containsExactly(order + ":1:-");
    assertThat(app.eventsOf(winner)).hasSize(1);
    assertThat(app.payStatus(loser)).isEqualTo(2);
    assertThat(app.parts(loser)).containsExactly(order + ":2:ORDER_PAID_OTHERWISE");
    assertThat(app.eventsOf(loser)).isEmpty();
    assertThat(app.isPay(USER, "" + order)).isTrue();
  }

  @Test
  void aPaymentThatLosesOneOfItsOrdersIsEffectiveForTheOthersOnly() {
    long contested = app.orderApp().unpaidOrder(USER, 100);
    long free = app.orderApp().unpaidOrder(USER, 25);
    long both = app.pay(USER, contested, free).payId();
    app.confirm(app.pay(USER, contested).payId());

    assertThat(app.confirm(both).status()).isEqualTo(200);

    assertThat(app.payStatus(both)).isEqualTo(1);
    assertThat(app.parts(both))
        .containsExactly(contested + ":2:ORDER_PAID_OTHERWISE", free + ":1:-");
    String payload = app.eventsOf(both).get(0);
    assertThat(Events.violations("payment.succeeded.v1", payload)).isEmpty();
    assertThat(payload)
        .contains("\"amount\":25,\"currency\"")
        .contains("\"orders\":[{\"orderId\":%d,\"amount\":25}]".formatted(free));
  }

  @Test
  void aRepeatedNoticeOfAPaymentThatLostAllIsAnsweredWithSuccessToo() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    long late = app.pay(USER, order).payId();
    app.confirm(app.pay(USER, order).payId());
    app.confirm(late);

    Answer again = changesNothing(() -> app.confirm(late));

    assertThat(again.status()).isEqualTo(200);
    assertThat(app.payStatus(late)).isEqualTo(2);
  }

  @Test
  void overlappingPaymentsConfirmedAtOnceNeverShareAnOrder() throws Exception {
    for (int round = 0; round < 5; round++) {
      long a = app.orderApp().unpaidOrder(USER, 1);
      long b = app.orderApp().unpaidOrder(USER, 2);
      long c = app.orderApp().unpaidOrder(USER, 4);
      long ab = app.pay(USER, a, b).payId();
      long bc = app.pay(USER, c, b).payId();
      long ca = app.pay(USER, a, c).payId();

      List<Answer> answers =
          AtOnce.run(() -> app.confirm(ab), () -> app.confirm(bc), () -> app.confirm(ca));

      assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
      long sum = 0;
      for (long payId : new long[] {ab, bc, ca}) {
        for (String payload : app.eventsOf(payId)) {
          sum += Events.json(payload).path("amount").asLong();
        }
      }
      assertThat(sum).isEqualTo(7);
    }
  }

  @Test
  void aPaymentWhoseTransactionRollsBackLeavesNoEventAndIsConfirmedByTheNextCall() {
    long payId = unconfirmed();
    BreakableOutbox.failures.set(1);

    Answer broken = changesNothing(() -> app.confirm(payId));
    Answer next = app.confirm(payId);

    assertThat(broken.status()).isEqualTo(500);
    assertThat(broken.code()).isEqualTo("A00005");
    assertThat(next.status()).isEqualTo(200);
    assertThat(app.eventsOf(payId)).hasSize(1);
  }

  @Test
  void theVictimOfADeadlockTriesAgain() throws Exception {
    long first = app.orderApp().unpaidOrder(USER, 100);
    long second = app.orderApp().unpaidOrder(USER, 200);
    long payId = app.pay(USER, first, second).payId();

    try (Connection rival = app.newConnections().getConnection();
        Statement sql = rival.createStatement()) {
      rival.setAutoCommit(false);
      // The heavier transaction survives: 200 rows against the application's few.
      for (long order = 0; order < 200; order++) {
        sql.execute(claim(1_000_000 + order));
      }
      sql.execute(claim(second));
      CompletableFuture<Answer> notice = CompletableFuture.supplyAsync(() -> app.confirm(payId));
      await().atMost(10, SECONDS).until(() -> lockWaits() == 1);
      long before = deadlocks();
      sql.execute(claim(first));
      rival.rollback();

      assertThat(notice.get(30, SECONDS).status()).isEqualTo(200);
      assertThat(deadlocks()).isEqualTo(before + 1);
    }

    assertThat(app.parts(payId)).containsExactly(first + ":1:-", second + ":1:-");
    assertThat(app.eventsOf(payId)).hasSize(1);
  }

  static List<String> badSignatures() {
    return List.of("none", "empty", "words", "other secret", "body", "time", "old", "future", "v2");
  }

  @ParameterizedTest
  @MethodSource("badSignatures")
  void aNoticeThatTheProviderDidNotSignLatelyIsRefused(String what) {
    long payId = unconfirmed();
    String body = app.noticeFor(payId);
    long now = Instant.now().getEpochSecond();
    String secret = PaymentApp.NOTICE_SECRET;

    Answer answer =
        changesNothing(
            () ->
                switch (what) {
                  case "none" -> app.post("/notice/pay/order", body);
                  case "empty" -> notice(body, "");
                  case "words" -> notice(body, "trust me");
                  case "other secret" -> notice(body, sign("x".repeat(32), now, body));
                  case "body" -> notice(body + " ", sign(secret, now, body));
                  case "time" ->
                      notice(body, sign(secret, now, body).replace("t=" + now, "t=" + (now + 1)));
                  case "old" -> notice(body, sign(secret, now - 301, body));
                  case "future" -> notice(body, sign(secret, now + 330, body));
                  case "v2" -> notice(body, sign(secret, now, body).replace("v1", "v2"));
                  default -> throw new IllegalArgumentException(what);
                });

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("A00004");
    assertThat(answer.msg()).startsWith("unauthorized: ");
  }

  @Test
  void aNoticeForAPaymentThatDoesNotExistIsRefused() {
    Answer answer = changesNothing(() -> signed(PaymentApp.notice(999_999, "biz-1", 100, "CNY")));

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("A00002");
    assertThat(answer.msg()).contains("999999");
    assertThat(refused(999_999)).containsExactly("biz-1 UNKNOWN_PAYMENT 100 1");
  }

  @Test
  void aNoticeOverAnotherAmountOrCurrencyIsRefused() {
    long payId = unconfirmed();

    List<Answer> answers =
        changesNothing(
            () ->
                List.of(
                    signed(PaymentApp.notice(payId, "biz", 99, "CNY")),
                    signed(PaymentApp.notice(payId, "biz", 101, "CNY")),
                    signed(PaymentApp.notice(payId, "biz", 100, "EUR"))));

    assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(409));
    assertThat(answers).allSatisfy(answer -> assertThat(answer.code()).isEqualTo("A00002"));
    assertThat(refused(payId))
        .as("on record until somebody has settled it")
        .containsExactly(
            "biz MONEY_DIFFERS 99 1", "biz MONEY_DIFFERS 100 1", "biz MONEY_DIFFERS 101 1");
  }

  @Test
  void aSecondChargeForOnePaymentIsNotTakenForARepetition() {
    long payId = unconfirmed();
    app.confirm(payId);

    Answer answer = changesNothing(() -> signed(PaymentApp.notice(payId, "another", 100, "CNY")));
    changesNothing(() -> signed(PaymentApp.notice(payId, "another", 100, "CNY")));

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.msg()).contains("bizPayNo");
    assertThat(refused(payId)).containsExactly("another CONFIRMED_OTHERWISE 100 2");
  }

  private List<String> refused(long payId) {
    return app.db()
        .sql(
            """
            SELECT CONCAT_WS(' ', biz_pay_no, reason, amount, times) FROM refused_notice
            WHERE pay_id = :payId AND content LIKE '{%}' ORDER BY amount
            """)
        .param("payId", payId)
        .query(String.class)
        .list();
  }

  static List<String> badNotices() {
    return List.of(
        "",
        "null",
        "[]",
        "{",
        "{}",
        "{\"payId\":ID}",
        "{\"payId\":ID,\"bizPayNo\":\"b\",\"amount\":100,\"currency\":\"CNY\"}",
        "{\"payId\":ID,\"bizPayNo\":\"b\",\"amount\":100,\"currency\":\"CNY\",\"status\":\"FAILED\"}",
        "{\"payId\":\"ID\",\"bizPayNo\":\"b\",\"amount\":100,\"currency\":\"CNY\",\"status\":\"SUCCESS\"}",
        "{\"payId\":-1,\"bizPayNo\":\"b\",\"amount\":100,\"currency\":\"CNY\",\"status\":\"SUCCESS\"}",
        "{\"payId\":ID,\"bizPayNo\":\"b\",\"amount\":100.0,\"currency\":\"CNY\",\"status\":\"SUCCESS\"}",
        "{\"payId\":ID,\"bizPayNo\":\"\",\"amount\":100,\"currency\":\"CNY\",\"status\":\"SUCCESS\"}",
        "{\"payId\":ID,\"bizPayNo\":\"\u4e00\",\"amount\":100,\"currency\":\"CNY\",\"status\":\"SUCCESS\"}",
        "{\"payId\":ID,\"bizPayNo\":\""
            + "b".repeat(65)
            + "\",\"amount\":100,\"currency\":\"CNY\",\"status\":\"SUCCESS\"}",
        "{\"payId\":ID,\"bizPayNo\":\"b\",\"amount\":100,\"currency\":null,\"status\":\"SUCCESS\"}",
        "{\"payId\":ID,\"bizPayNo\":\"b\",\"amount\":100,\"currency\":\"CNY\",\"status\":\"SUCCESS\",\"more\":\""
            + "m".repeat(4_000)
            + "\"}");
  }

  @ParameterizedTest
  @MethodSource("badNotices")
  void aSignedNoticeThatSaysNothingIsRefused(String text) {
    String body = text.replace("ID", "" + unconfirmed());

    Answer answer = changesNothing(() -> signed(body));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("A00002");
    assertThat(answer.msg()).isNotBlank().doesNotContain("dev.outrail", "java.");
  }

  @Test
  void aNoticeOfAnotherMediaTypeIsRefused() {
    String body = app.noticeFor(unconfirmed());

    Answer answer =
        changesNothing(
            () ->
                app.post(
                    "/notice/pay/order",
                    body,
                    NoticeSigner.HEADER,
                    app.sign(body),
                    "Content-Type",
                    "text/plain"));

    assertThat(answer.status()).isEqualTo(415);
  }

  private long unconfirmed() {
    return app.pay(USER, app.orderApp().unpaidOrder(USER, 100)).payId();
  }

  private Answer signed(String body) {
    return notice(body, app.sign(body));
  }

  private Answer notice(String body, String signature) {
    return app.post("/notice/pay/order", body, NoticeSigner.HEADER, signature);
  }

  /** Signs as the README tells a provider to, independently of the application's code. */
  private static String sign(String secret, long time, String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] signature = mac.doFinal((time + "." + body).getBytes(StandardCharsets.UTF_8));
      return "t=" + time + ",v1=" + HexFormat.of().formatHex(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private <T> T changesNothing(Supplier<T> call) {
    List<String> before = app.everything();
    T answer = call.get();
    assertThat(app.everything()).isEqualTo(before);
    return answer;
  }

  private static String claim(long orderId) {
    return "INSERT INTO paid_order (order_id, pay_id, user_id) VALUES (%d, 1, 1)"
        .formatted(orderId);
  }

  private long lockWaits() {
    return app.db()
        .sql("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
        .query(Long.class)
        .single();
  }

  private long deadlocks() {
    return app.db()
        .sql("SELECT `COUNT` FROM information_schema.innodb_metrics WHERE name = 'lock_deadlocks'")
        .query(Long.class)
        .single();
  }

  /** Appends, and then fails as often as it is told to: the transaction ends after the event. */
  @Configuration(proxyBeanMethods = false)
  static class BreakableOutbox {

    static final AtomicInteger failures = new AtomicInteger();

    @Bean
    Outbox outbox(DataSource dataSource, TraceContextSource traces) {
      Outbox real = new JdbcOutbox(dataSource, traces);
      return new Outbox() {
        @Override
        public List<EventId> appendAll(List<OutboxEvent> events) {
          List<EventId> ids = real.appendAll(events);
          if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("broken on purpose after the append");
          }
          return ids;
        }
      };
    }
  }
}
