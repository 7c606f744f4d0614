package dev.outrail.stock.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.mall.security.ServiceTokens;
import dev.outrail.stock.Api.Answer;
import dev.outrail.stock.RunningStockApp;
import dev.outrail.stock.StockTables;
import dev.outrail.stock.UserTokens;
import dev.outrail.testbed.kafka.ConsumedTopic;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

class StockEndpointsIT extends RunningStockApp {

  private static final ServiceTokens SERVICES =
      new ServiceTokens(SERVICE_SECRET, Clock.systemUTC());
  private static final String SERVICE = SERVICES.issue("order-app", "stock-app");

  @Autowired
  StockEndpointsIT(JdbcClient jdbc) {
    super(jdbc);
  }

  @Test
  void aUserSeesTheStockAndAnApplicationTheLocksBeforeAndAfterTheSale() {
    long pots = tables.sku(10);
    long orderId = StockTables.newNumber();
    tables.hold(orderId, pots, 2);

    assertThat(api().get("/stocks/" + pots, USERS.of(7)).body().toString())
        .isEqualTo(
            "{\"code\":\"00000\",\"msg\":\"ok\",\"data\":{\"skuId\":%d,\"stock\":8,\"lockStock\":2,\"actualStock\":10,\"sold\":0}}"
                .formatted(pots));
    assertThat(api().get("/orders/" + orderId + "/locks", SERVICE).data().toString())
        .isEqualTo(lock(orderId, pots, 0, "LOCKED"));

    PAID.publish(ConsumedTopic.newEventId(), orderId, paid(orderId));
    awaitRead();

    assertThat(api().get("/stocks/" + pots, USERS.of(7)).data().toString())
        .isEqualTo(
            "{\"skuId\":%d,\"stock\":8,\"lockStock\":0,\"actualStock\":8,\"sold\":2}"
                .formatted(pots));
    assertThat(api().get("/orders/" + orderId + "/locks", SERVICE).data().toString())
        .isEqualTo(lock(orderId, pots, 1, "USED"));
  }

  @Test
  void anUnknownSkuIsNotFoundAndAnUnknownOrderHasNoLocks() {
    Answer stock = api().get("/stocks/" + StockTables.newNumber(), USERS.of(7));
    Answer locks = api().get("/orders/" + StockTables.newNumber() + "/locks", SERVICE);

    assertThat(stock.status()).isEqualTo(404);
    assertThat(stock.code()).isEqualTo("A00002");
    assertThat(locks.status()).isEqualTo(200);
    assertThat(locks.data().isEmpty()).isTrue();
  }

  @Test
  void anIdThatIsNoNumberIsRefused() {
    assertThat(api().get("/stocks/one", USERS.of(7)).status()).isEqualTo(400);
    assertThat(api().get("/orders/one/locks", SERVICE).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/stocks/1", "/orders/1/locks", "/actuator/metrics", "/nothing"})
  void withoutAGoodTokenNothingIsAnswered(String path) {
    String expired = USERS.of(7, Instant.now().minusSeconds(300));
    String forged = new UserTokens().of(7);
    String otherAudience = SERVICES.issue("order-app", "order-app");

    for (String token : new String[] {null, "x", expired, forged, otherAudience}) {
      Answer answer = api().get(path, token);
      assertThat(answer.status()).as("%s with %s", path, token).isEqualTo(401);
      assertThat(answer.code()).isEqualTo("A00004");
    }
  }

  @Test
  void usersAndApplicationsDoNotPassThroughEachOthersDoors() {
    assertThat(api().get("/orders/1/locks", USERS.of(7)).status()).isEqualTo(401);
    assertThat(api().get("/stocks/1", SERVICE).status()).isEqualTo(401);
    assertThat(api().get("/actuator/metrics", SERVICE).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
  void healthIsOpenToAll(String path) {
    assertThat(api().get(path, null).body().path("status").asString()).isEqualTo("UP");
  }

  private static String lock(long orderId, long skuId, int status, String name) {
    return "[{\"orderId\":%d,\"skuId\":%d,\"count\":2,\"status\":%d,\"statusName\":\"%s\"}]"
        .formatted(orderId, skuId, status, name);
  }
}
