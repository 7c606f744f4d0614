package dev.outrail.order.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.mall.security.ServiceTokens;
import dev.outrail.order.Api.Answer;
import dev.outrail.order.CloseReason;
import dev.outrail.order.OrderTables;
import dev.outrail.order.RunningOrderApp;
import dev.outrail.order.UserTokens;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

class OrderEndpointsIT extends RunningOrderApp {

  private static final ServiceTokens SERVICES =
      new ServiceTokens(SERVICE_SECRET, Clock.systemUTC());
  private static final String SERVICE = SERVICES.issue("payment-app", "order-app");

  @Autowired
  OrderEndpointsIT(JdbcClient jdbc) {
    super(jdbc);
  }

  @Test
  void anotherApplicationLearnsTheFactsOfTheOrdersThatExist() {
    long first = tables.unpaidOrder(12900);
    long second = tables.unpaidOrder(20000);
    tables.close(second);
    long unknown = OrderTables.newNumber();

    Answer answer =
        api().get("/internal/orders?ids=%d,%d,%d".formatted(second, unknown, first), SERVICE);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().toString())
        .isEqualTo(
            "{\"code\":\"00000\",\"msg\":\"ok\",\"data\":["
                + "{\"orderId\":%d,\"userId\":7,\"total\":12900,\"currency\":\"CNY\",\"status\":1,\"payed\":false},"
                    .formatted(first)
                + "{\"orderId\":%d,\"userId\":7,\"total\":20000,\"currency\":\"CNY\",\"status\":6,\"payed\":false}]}"
                    .formatted(second));
    assertThat(api().get("/internal/orders?ids=" + unknown, SERVICE).data().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "?ids=", "?ids=one", "?ids=1.5", "?ids=1,,x", "?ids=99999999999999999999"})
  void idsThatAreNoneAreRefused(String query) {
    Answer answer = api().get("/internal/orders" + query, SERVICE);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("A00002");
    assertThat(answer.body().path("msg").asString()).contains("ids");
  }

  @Test
  void aHundredIdsAreAnsweredAndOneMoreIsRefused() {
    assertThat(api().get("/internal/orders?ids=" + ids(100), SERVICE).status()).isEqualTo(200);
    assertThat(api().get("/internal/orders?ids=" + ids(101), SERVICE).status()).isEqualTo(400);
  }

  @Test
  void aUserSeesAnOrderBeforeAndAfterItIsPaid() {
    long orderId = tables.unpaidOrder(20000);
    tables.item(orderId, 501, "Tea pot", 1, 12900);
    tables.item(orderId, 502, "Cup", 2, 3550);

    JsonNode unpaid = api().get("/orders/" + orderId, USERS.of(7)).data();

    assertThat(unpaid.path("status").asInt()).isEqualTo(1);
    assertThat(unpaid.path("statusName").asString()).isEqualTo("UNPAID");
    assertThat(unpaid.path("payed").asBoolean()).isFalse();
    assertThat(unpaid.path("payId").isNull()).isTrue();
    assertThat(unpaid.path("payTime").isNull()).isTrue();
    assertThat(unpaid.path("items").toString())
        .isEqualTo(
            "[{\"skuId\":501,\"skuName\":\"Tea pot\",\"count\":1,\"price\":12900},"
                + "{\"skuId\":502,\"skuName\":\"Cup\",\"count\":2,\"price\":3550}]");
    assertThat(Instant.parse(unpaid.path("createTime").asString()))
        .isBetween(Instant.now().minus(Duration.ofMinutes(5)), Instant.now().plusSeconds(5));

    long payId = OrderTables.newNumber();
    TOPIC.publish(ConsumedTopic.newEventId(), payId, payment(payId, part(orderId, 20000)));
    awaitRead();
    JsonNode paid = api().get("/orders/" + orderId, USERS.of(7)).data();

    assertThat(paid.path("status").asInt()).isEqualTo(2);
    assertThat(paid.path("statusName").asString()).isEqualTo("PAID");
    assertThat(paid.path("payId").asLong()).isEqualTo(payId);
    assertThat(paid.path("payTime").asString()).isEqualTo("2026-11-24T10:00:00.123456Z");
  }

  @Test
  void aClosedOrderSaysWhyAndSinceWhenAndAnOpenOneDoesNot() {
    long closed = tables.unpaidOrder(100);
    tables.close(closed, CloseReason.TIMED_OUT);
    long open = tables.unpaidOrder(100);

    JsonNode closedData = api().get("/orders/" + closed, USERS.of(7)).data();
    JsonNode openData = api().get("/orders/" + open, USERS.of(7)).data();

    assertThat(closedData.path("closeReason").asString()).isEqualTo("TIMED_OUT");
    assertThat(Instant.parse(closedData.path("closeTime").asString()))
        .isEqualTo(tables.closeTime(closed));
    assertThat(openData.path("closeReason").isNull()).isTrue();
    assertThat(openData.path("closeTime").isNull()).isTrue();
  }

  @Test
  void anOrderThatIsOnlySubmittedDoesNotExistForAnybody() {
    long submitted = tables.submittedOrder(100);

    Answer user = api().get("/orders/" + submitted, USERS.of(7));
    Answer application = api().get("/internal/orders?ids=" + submitted, SERVICE);

    assertThat(user.status()).isEqualTo(404);
    assertThat(user.code()).isEqualTo("A03000");
    assertThat(application.data().isEmpty()).isTrue();
  }

  @Test
  void someoneElsesOrderAnswersLikeOneThatDoesNotExist() {
    long orderId = tables.unpaidOrder(100);

    Answer others = api().get("/orders/" + orderId, USERS.of(8));
    Answer unknown = api().get("/orders/" + OrderTables.newNumber(), USERS.of(7));

    assertThat(others.status()).isEqualTo(unknown.status()).isEqualTo(404);
    assertThat(others.code()).isEqualTo(unknown.code()).isEqualTo("A03000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "1.5", "99999999999999999999"})
  void anOrderIdThatIsNoNumberIsRefused(String orderId) {
    Answer answer = api().get("/orders/" + orderId, USERS.of(7));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("A00002");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/orders/1", "/internal/orders?ids=1", "/actuator/metrics", "/nothing"})
  void withoutAGoodTokenNothingIsAnswered(String path) {
    String expired = USERS.of(7, Instant.now().minusSeconds(300));
    String forged = new UserTokens().of(7);
    String otherSecret =
        new ServiceTokens("another secret, of the same good length", Clock.systemUTC())
            .issue("payment-app", "order-app");
    String otherAudience = SERVICES.issue("payment-app", "stock-app");
    String old =
        new ServiceTokens(SERVICE_SECRET, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-5)))
            .issue("payment-app", "order-app");

    for (String token :
        new String[] {null, "", "x", expired, forged, otherSecret, otherAudience, old}) {
      Answer answer = api().get(path, token);
      assertThat(answer.status()).as("%s with %s", path, token).isIn(400, 401);
      assertThat(answer.code()).isEqualTo("A00004");
    }
  }

  @Test
  void usersAndApplicationsDoNotPassThroughEachOthersDoors() {
    assertThat(api().get("/internal/orders?ids=1", USERS.of(7)).status()).isEqualTo(401);
    assertThat(api().get("/actuator/metrics", USERS.of(7)).status()).isEqualTo(401);
    assertThat(api().get("/orders/1", SERVICE).status()).isEqualTo(401);
    assertThat(api().get("/actuator/metrics", SERVICE).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
  void healthIsOpenToAll(String path) {
    Answer answer = api().get(path, null);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().path("status").asString()).isEqualTo("UP");
  }

  private static String ids(int count) {
    return LongStream.rangeClosed(1, count)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(","));
  }
}
