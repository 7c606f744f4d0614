package dev.outrail.payment.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.payment.payment.OrderId;
import dev.outrail.payment.running.OrderAppStub;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.client.RestClient;

class OrderAppTest {

  private final OrderAppStub stub = new OrderAppStub();

  OrderAppTest() throws IOException {}

  @AfterEach
  void close() {
    TransactionSynchronizationManager.setActualTransactionActive(false);
    stub.close();
  }

  @Test
  void anOrderAppThatIsNotThereIsNamedWithTheSettingThatSaysWhere() {
    OrderApp nowhere = orderApp(URI.create("http://localhost:1/mall4cloud_order"), 2);

    assertThatThrownBy(() -> nowhere.find(List.of(new OrderId(1))))
        .isInstanceOf(OrderAppUnavailableException.class)
        .hasMessageContaining("http://localhost:1/mall4cloud_order does not answer")
        .hasMessageContaining("outrail.payment.order-app.url");
  }

  @Test
  void itAsksAsOftenAsItIsAllowedToAndNoMore() {
    stub.answerNextWithStatus(500, 502, 503, 500);

    assertThatThrownBy(() -> orderApp(stub.url(), 2).find(List.of(new OrderId(1))))
        .hasMessageContaining("status 503");
    assertThat(stub.asked()).isEqualTo(3);
  }

  @Test
  void aRefusalIsNotRepeatedAndHintsAtTheSecret() {
    stub.answerNextWithStatus(401, 401);

    assertThatThrownBy(() -> orderApp(stub.url(), 2).find(List.of(new OrderId(1))))
        .hasMessageContaining("outrail.payment.order-app.service-secret");
    assertThat(stub.asked()).isEqualTo(1);
  }

  @Test
  void silenceEndsWithTheTimeOut() {
    stub.stayDumb(1);

    assertThatThrownBy(() -> orderApp(stub.url(), 0).find(List.of(new OrderId(1))))
        .isInstanceOf(OrderAppUnavailableException.class)
        .hasMessageContaining("does not answer");
  }

  @Test
  void anAnswerThatStopsInItsMiddleIsSilenceTooAndAskedForAgain() {
    stub.stopInTheMiddle();
    stub.stopInTheMiddle();

    assertThatThrownBy(() -> orderApp(stub.url(), 0).find(List.of(new OrderId(1))))
        .hasMessageContaining("does not answer");
    assertThat(orderApp(stub.url(), 1).find(List.of(new OrderId(1)))).isEmpty();
  }

  @Test
  void itIsNeverAskedInsideATransaction() {
    TransactionSynchronizationManager.setActualTransactionActive(true);

    assertThatThrownBy(() -> orderApp(stub.url(), 0).find(List.of(new OrderId(1))))
        .isInstanceOf(IllegalStateException.class);
    assertThat(stub.asked()).isZero();
  }

  private static OrderApp orderApp(URI url, int retries) {
    return new OrderApp(
        new OrderAppProperties(
            url,
            OrderAppStub.SECRET,
            Duration.ofMillis(2_000),
            Duration.ofMillis(1_000),
            retries,
            Duration.ofMillis(5)),
        RestClient.builder(),
        Clock.systemUTC());
  }
}
