package dev.outrail.order.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.mall.security.ServiceTokens;
import dev.outrail.order.StockAppStub;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.client.RestClient;

class StockAppTest {

  private static final String SECRET = "only-for-tests-service-secret-0123456789";
  private static final LockRequest REQUEST =
      new LockRequest(List.of(new LockRequest.Order(1, List.of(new LockRequest.Item(501, 2)))));

  private final StockAppStub stub = new StockAppStub(SECRET);

  @AfterEach
  void stop() {
    TransactionSynchronizationManager.setActualTransactionActive(false);
    stub.close();
  }

  @Test
  void whatIsLockedMissingOrClosedIsToldApart() {
    LockOutcome locked = stockApp(SECRET, 0).lock(REQUEST);
    stub.answerNextNotStock("502,501");
    LockOutcome missing = stockApp(SECRET, 0).lock(REQUEST);
    stub.answerNextOrderClosed();
    LockOutcome closed = stockApp(SECRET, 0).lock(REQUEST);

    assertThat(locked).isEqualTo(new LockOutcome(LockOutcome.Kind.LOCKED, List.of()));
    assertThat(missing).isEqualTo(new LockOutcome(LockOutcome.Kind.NOT_STOCK, List.of(501L, 502L)));
    assertThat(closed).isEqualTo(new LockOutcome(LockOutcome.Kind.ORDER_CLOSED, List.of()));
    assertThat(stub.requests())
        .containsOnly("{\"orders\":[{\"orderId\":1,\"items\":[{\"skuId\":501,\"count\":2}]}]}");
  }

  @Test
  void aFailureThatPassesIsRepeatedAndOneThatStaysNamesTheSetting() {
    stub.answerNext(500, null);
    stub.answerNext(503, null);
    LockOutcome late = stockApp(SECRET, 2).lock(REQUEST);
    stub.answerNext(500, null);
    stub.answerNext(500, null);

    assertThat(late.kind()).isEqualTo(LockOutcome.Kind.LOCKED);
    assertThatThrownBy(() -> stockApp(SECRET, 1).lock(REQUEST))
        .isInstanceOf(StockAppUnavailableException.class)
        .hasMessageContaining("status 500")
        .hasMessageContaining("outrail.order.stock-app.url");
  }

  @Test
  void aRefusalIsNotRepeated() {
    assertThatThrownBy(() -> stockApp(SECRET + "-another", 2).lock(REQUEST))
        .hasMessageContaining("outrail.security.service-secret");
    assertThat(stub.requests()).hasSize(1);
  }

  @Test
  void nobodyThereIsUnavailable() {
    URI url = stub.url();
    stub.close();

    assertThatThrownBy(() -> stockApp(url, SECRET, 1).lock(REQUEST))
        .isInstanceOf(StockAppUnavailableException.class)
        .hasMessageContaining("does not answer");
  }

  @Test
  void itIsNeverAskedInsideATransaction() {
    TransactionSynchronizationManager.setActualTransactionActive(true);

    assertThatThrownBy(() -> stockApp(SECRET, 0).lock(REQUEST))
        .isInstanceOf(IllegalStateException.class);
    assertThat(stub.requests()).isEmpty();
  }

  private StockApp stockApp(String secret, int retries) {
    return stockApp(stub.url(), secret, retries);
  }

  private static StockApp stockApp(URI url, String secret, int retries) {
    return new StockApp(
        new StockAppProperties(
            url, Duration.ofMillis(2_000), Duration.ofMillis(1_000), retries, Duration.ofMillis(5)),
        RestClient.builder(),
        new ServiceTokens(secret, Clock.systemUTC()));
  }
}
