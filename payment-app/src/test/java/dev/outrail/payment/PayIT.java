package dev.outrail.payment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.mall.security.ServiceTokens;
import dev.outrail.payment.running.Answer;
import dev.outrail.payment.running.OrderAppStub;
import dev.outrail.payment.running.PaymentApp;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paying, with no broker anywhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PayIT {

  private static final long USER = 7;
  private static final long STRANGER = 8;

  @SuppressWarnings("NullAway.Init")
  private PaymentApp app;

  @BeforeAll
  void start() {
    app = PaymentApp.start();
  }

  @AfterAll
  void stop() {
    app.close();
  }

  @Test
  void aPaymentIsRecordedWithTheSumOfTheOrdersAsTheyAreStored() {
    long first = app.orderApp().unpaidOrder(USER, 12_900);
    long second = app.orderApp().unpaidOrder(USER, 101);

    Answer answer =
        post(
            "{\"orderIds\":[%d,%d],\"returnUrl\":\"https://shop.example/thanks?o=1\"}"
                .formatted(second, first));

    assertThat(answer.body())
        .isEqualTo("{\"code\":\"00000\",\"msg\":\"ok\",\"data\":%d}".formatted(answer.payId()));
    assertThat(
            app.db()
                .sql("SELECT * FROM pay_info WHERE pay_id = :payId")
                .param("payId", answer.payId())
                .query()
                .singleRow())
        .containsEntry("user_id", USER)
        .containsEntry("sys_type", 1)
        .containsEntry("pay_status", 0)
        .containsEntry("pay_amount", 13_001L)
        .containsEntry("currency", "CNY")
        .containsEntry("return_url", "https://shop.example/thanks?o=1")
        .containsEntry("version", 0);
    assertThat(app.parts(answer.payId())).containsExactly(first + ":0:-", second + ":0:-");
    assertThat(app.eventsOf(answer.payId())).isEmpty();
    assertThat(app.isPay(USER, first + "," + second)).isFalse();
  }

  @Test
  void ordersCountAsPaidInAnyOrderAndSubsetForTheOneWhoPaid() {
    long first = app.orderApp().unpaidOrder(USER, 100);
    long second = app.orderApp().unpaidOrder(USER, 200);
    long third = app.orderApp().unpaidOrder(USER, 300);
    assertThat(app.confirm(app.pay(USER, first, second).payId()).status()).isEqualTo(200);

    assertThat(app.isPay(USER, first + "," + second)).isTrue();
    assertThat(app.isPay(USER, second + "," + first)).isTrue();
    assertThat(app.isPay(USER, "" + second)).isTrue();
    assertThat(app.isPay(USER, first + "," + third)).isFalse();
    assertThat(app.isPay(STRANGER, "" + first)).isFalse();
  }

  @Test
  void aPaymentIsShownWithItsPartsToTheOneWhoMadeIt() {
    long first = app.orderApp().unpaidOrder(USER, 100);
    long second = app.orderApp().unpaidOrder(USER, 200);
    long payId = app.pay(USER, second, first).payId();

    Answer unpaid = show(USER, "" + payId);
    app.confirm(app.pay(USER, first).payId());
    app.confirm(payId);
    Answer paid = show(USER, "" + payId);

    String form =
        "{\"code\":\"00000\",\"msg\":\"ok\",\"data\":{\"payId\":%d,\"status\":\"%s\",\"amount\":300,"
            + "\"currency\":\"CNY\",\"parts\":["
            + "{\"orderId\":%d,\"amount\":100,\"state\":\"%s\",\"reason\":%s,\"refundTime\":null},"
            + "{\"orderId\":%d,\"amount\":200,\"state\":\"%s\",\"reason\":null,\"refundTime\":null}]}}";
    assertThat(unpaid.body())
        .isEqualTo(form.formatted(payId, "UNPAY", first, "PENDING", "null", second, "PENDING"));
    assertThat(paid.body())
        .isEqualTo(
            form.formatted(
                payId,
                "PAYED",
                first,
                "REFUND_PENDING",
                "\"ORDER_PAID_OTHERWISE\"",
                second,
                "EFFECTIVE"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"someone else's", "0", "999999", "9223372036854775807"})
  void aPaymentOfSomeoneElseIsNotThereAtAll(String which) {
    String payId =
        which.startsWith("some")
            ? "" + app.pay(STRANGER, app.orderApp().unpaidOrder(STRANGER, 100)).payId()
            : which;

    Answer answer = show(USER, payId);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("A00002");
    assertThat(answer.msg()).isEqualTo("you have no payment " + payId);
  }

  @Test
  void aPaymentIsShownToNobodyWithoutATokenAndUnderNoNumberThatIsNone() {
    assertUnauthorized(app.get("/pay/1"));
    assertInvalid(show(USER, "9223372036854775808"), "payId");
    assertThat(show(USER, "order").status()).isEqualTo(405);
    assertThat(show(USER, "-1").status()).isEqualTo(404);
  }

  @Test
  void anUnknownOrderAndSomeoneElsesAreRefusedAlike() {
    long mine = app.orderApp().unpaidOrder(USER, 100);
    long theirs = app.orderApp().unpaidOrder(STRANGER, 100);

    List<Answer> answers =
        refused(() -> List.of(app.pay(USER, mine, theirs), app.pay(USER, mine, 99_999_999)));

    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(404);
              assertThat(answer.code()).isEqualTo("A03000");
            });
    assertThat(answers.get(0).msg().replace("" + theirs, "N"))
        .isEqualTo(answers.get(1).msg().replace("99999999", "N"));
  }

  @ParameterizedTest
  @CsvSource({
    "6, false, A03003, closed",
    "2, true, A03007, paid",
    "2, false, A03007, paid",
    "3, true, A03007, paid",
    "5, true, A03007, paid",
    "1, true, A03007, paid"
  })
  void anOrderThatIsClosedOrPaidIsRefused(int status, boolean payed, String code, String word) {
    long mine = app.orderApp().unpaidOrder(USER, 100);
    long other = app.orderApp().order(USER, 100, "CNY", status, payed);

    Answer answer = refused(() -> app.pay(USER, mine, other));

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.msg()).contains(word).contains("" + other).doesNotContain("" + mine);
  }

  @Test
  void anOrderWithAnEffectivePaymentIsRefusedThoughOrderAppHasNotHeardOfItYet() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    app.confirm(app.pay(USER, order).payId());

    Answer answer = refused(() -> app.pay(USER, order));

    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("A03007");
  }

  @Test
  void ordersInSeveralCurrenciesOrBeyondAnyAmountAreRefused() {
    long yuan = app.orderApp().unpaidOrder(USER, 100);
    long euro = app.orderApp().order(USER, 100, "EUR", 1, false);
    long huge = app.orderApp().unpaidOrder(USER, Long.MAX_VALUE);

    Answer mixed = refused(() -> app.pay(USER, yuan, euro));
    Answer tooMuch = refused(() -> app.pay(USER, yuan, huge));

    assertInvalid(mixed, "currenc");
    assertInvalid(tooMuch, "more than");
  }

  static List<String> badBodies() {
    String tooMany =
        LongStream.rangeClosed(1, 51).mapToObj(Long::toString).collect(Collectors.joining(","));
    return List.of(
        "",
        "null",
        "[]",
        "42",
        "{}",
        "{",
        "{\"orderIds\":null}",
        "{\"orderIds\":[]}",
        "{\"orderIds\":[null]}",
        "{\"orderIds\":[1,1]}",
        "{\"orderIds\":[0]}",
        "{\"orderIds\":[-1]}",
        "{\"orderIds\":[1.0]}",
        "{\"orderIds\":[1.5]}",
        "{\"orderIds\":[1e3]}",
        "{\"orderIds\":[NaN]}",
        "{\"orderIds\":[\"1\"]}",
        "{\"orderIds\":[\"one\"]}",
        "{\"orderIds\":[true]}",
        "{\"orderIds\":[[1]]}",
        "{\"orderIds\":[{}]}",
        "{\"orderIds\":1}",
        "{\"orderIds\":\"1,2\"}",
        "{\"orderIds\":[9223372036854775808]}",
        "{\"orderIds\":[99999999999999999999999999]}",
        "{\"orderIds\":[" + tooMany + "]}",
        "{\"orderIds\":[1],\"returnUrl\":\"https://evil.example/\"}",
        "{\"orderIds\":[1],\"returnUrl\":\"javascript:alert(1)\"}",
        "{\"orderIds\":[1],\"returnUrl\":\"\"}",
        "{\"orderIds\":[1],\"returnUrl\":7}",
        "{\"orderIds\":[1],\"returnUrl\":{}}");
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void aBadRequestIsRefusedWithAMessageThatHelpsBeforeAnybodyIsAsked(String body) {
    int askedBefore = app.orderApp().asked();

    Answer answer = refused(() -> post(body));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("A00002");
    assertThat(answer.msg()).isNotBlank().doesNotContain("dev.outrail", "java.", "Exception");
    assertThat(app.orderApp().asked()).isEqualTo(askedBefore);
  }

  @Test
  void aHugeBodyIsRefusedAnnouncedOrNot() {
    String body = "{\"orderIds\":[" + String.join(",", Collections.nCopies(50_000, "12")) + "]}";

    Answer answer = refused(() -> post(body));

    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.code()).isEqualTo("A00002");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded"})
  void anotherMediaTypeIsRefused(String mediaType) {
    Answer answer =
        refused(
            () ->
                app.post(
                    "/pay/order",
                    "{\"orderIds\":[1]}",
                    "Content-Type",
                    mediaType,
                    "Authorization",
                    "Bearer " + app.tokens().of(USER)));

    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.code()).isEqualTo("A00002");
    assertThat(answer.msg()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "1,1",
        "1,,2",
        "1,",
        ",",
        "one",
        "1.5",
        "1e3",
        "%201",
        "+1",
        "9223372036854775808",
        "%E4%B8%80",
        "1'OR'1",
        "99999999999999999999999999999999999999"
      })
  void aBadListOfIdsIsNoQuestion(String orderIds) {
    Answer answer =
        app.get("/pay/isPay/" + orderIds, "Authorization", "Bearer " + app.tokens().of(USER));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("A00002");
    assertThat(answer.msg()).contains("orderIds");
  }

  @Test
  void withoutAGoodTokenNothingGoes() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    String body = "{\"orderIds\":[" + order + "]}";
    int askedBefore = app.orderApp().asked();

    List<String> badTokens =
        List.of(
            app.tokens().expired(USER),
            app.tokens().withoutExpiry(USER),
            app.tokens().ofNobody(),
            app.tokens().signedWithAnotherKey(USER),
            app.tokens().unsigned(USER),
            app.tokens().macWithThePublicKey(USER),
            app.tokens().altered(STRANGER, USER),
            "nonsense");

    List<Answer> answers =
        refused(
            () ->
                badTokens.stream()
                    .map(token -> app.post("/pay/order", body, "Authorization", "Bearer " + token))
                    .toList());
    Answer asked =
        app.get("/pay/isPay/1", "Authorization", "Bearer " + app.tokens().unsigned(USER));
    Answer none = refused(() -> app.post("/pay/order", body));
    Answer basic = refused(() -> app.post("/pay/order", body, "Authorization", "Basic YTpi"));

    assertThat(answers).hasSize(8).allSatisfy(PayIT::assertUnauthorized);
    assertUnauthorized(asked);
    assertUnauthorized(none);
    assertUnauthorized(basic);
    assertThat(app.orderApp().asked()).isEqualTo(askedBefore);
  }

  @Test
  void aPassingFailureOfOrderAppIsBridged() {
    long order = app.orderApp().unpaidOrder(USER, 100);
    app.orderApp().answerNextWithStatus(503);
    app.orderApp().stayDumb(1);
    int askedBefore = app.orderApp().asked();

    Answer answer = app.pay(USER, order);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(app.orderApp().asked()).isEqualTo(askedBefore + 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 401, 404})
  void anOrderAppThatKeepsFailingIsNamedAndNothingIsPaid(int status) {
    long order = app.orderApp().unpaidOrder(USER, 100);
    app.orderApp().answerNextWithStatus(status, status, status);

    Answer answer = refused(() -> app.pay(USER, order));

    app.orderApp().recover();
    assertUnavailable(answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "<html></html>",
        "{}",
        "{\"code\":\"A00005\",\"msg\":\"no\",\"data\":null}",
        "{\"code\":\"00000\",\"data\":[{\"orderId\":ID,\"userId\":7,\"total\":-5,\"currency\":\"CNY\",\"status\":1,\"payed\":false}]}",
        "{\"code\":\"00000\",\"data\":[{\"orderId\":ID,\"userId\":7,\"currency\":\"CNY\",\"status\":1,\"payed\":false}]}",
        "{\"code\":\"00000\",\"data\":[{\"orderId\":ID,\"userId\":7,\"total\":5,\"currency\":\"CNY\",\"status\":4,\"payed\":false}]}",
        "{\"code\":\"00000\",\"data\":[{\"orderId\":ID,\"userId\":7,\"total\":5,\"status\":1,\"payed\":false}]}",
        "{\"code\":\"00000\",\"data\":[null]}"
      })
  void nonsenseFromOrderAppPaysNothing(String nonsense) {
    long order = app.orderApp().unpaidOrder(USER, 100);
    app.orderApp().answerNextWith(nonsense.replace("ID", "" + order));

    Answer answer = refused(() -> app.pay(USER, order));

    app.orderApp().recover();
    assertUnavailable(answer);
  }

  @Test
  void healthIsToldWithoutATokenAndDoesNotNeedTheBroker() {
    assertThat(app.get("/actuator/health/readiness").body()).contains("\"UP\"");
    assertThat(app.get("/actuator/health/liveness").body()).contains("\"UP\"");
    assertThat(app.get("/actuator/health").body())
        .isEqualTo("{\"groups\":[\"liveness\",\"readiness\"],\"status\":\"UP\"}");
    assertUnauthorized(app.get("/actuator/metrics"));
    assertUnauthorized(
        app.get("/actuator/metrics", "Authorization", "Bearer " + app.tokens().of(USER)));
    String service =
        new ServiceTokens(OrderAppStub.SECRET, Clock.systemUTC()).issue("ops", "payment-app");
    assertThat(app.get("/actuator/metrics", "Authorization", "Bearer " + service).status())
        .isEqualTo(200);
  }

  @Test
  void whatIsNotThereIsNotFoundAndNoFault() {
    String token = "Bearer " + app.tokens().of(USER);

    assertThat(app.get("/pay/unknown", "Authorization", token).status()).isEqualTo(404);
    assertThat(app.get("/pay/order", "Authorization", token).status()).isEqualTo(405);
    assertThat(app.get("/pay/isPay/", "Authorization", token).status()).isEqualTo(404);
    assertThat(app.get("/pay/isPay/1%3B2", "Authorization", token).status()).isEqualTo(400);
  }

  private Answer show(long userId, String payId) {
    return app.get("/pay/" + payId, "Authorization", "Bearer " + app.tokens().of(userId));
  }

  private Answer post(String body) {
    return app.post("/pay/order", body, "Authorization", "Bearer " + app.tokens().of(USER));
  }

  /** Sees to it that the call writes nothing at all. */
  private <T> T refused(Supplier<T> call) {
    List<String> before = app.everything();
    T answer = call.get();
    assertThat(app.everything()).isEqualTo(before);
    return answer;
  }

  private static void assertInvalid(Answer answer, String word) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("A00002");
    assertThat(answer.msg()).contains(word);
  }

  private static void assertUnauthorized(Answer answer) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("A00004");
    assertThat(answer.msg()).startsWith("unauthorized");
  }

  private static void assertUnavailable(Answer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo("A00005");
    assertThat(answer.msg()).contains("order-app").contains("nothing was paid");
  }
}
