package dev.outrail.payment;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.payment.running.Answer;
import dev.outrail.payment.running.PaymentApp;
import dev.outrail.testbed.Testbed;
import dev.outrail.testbed.network.TcpProxy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The database goes away, or takes no writes, while the application runs. */
class LostDatabaseIT {

  private static final long USER = 7;

  @Test
  void withoutItsDatabaseItAsksToTryAgainAndThenGoesOn() {
    var mysql = Testbed.shared().mysql();
    try (TcpProxy proxy = TcpProxy.to(mysql.host(), mysql.port());
        PaymentApp app =
            PaymentApp.startBehind(
                proxy, Map.of("spring.datasource.hikari.connection-timeout", "500"))) {
      long order = app.orderApp().unpaidOrder(USER, 100);
      long payId = app.pay(USER, order).payId();
      String token = "Bearer " + app.tokens().of(USER);
      proxy.cut();

      List<Answer> answers =
          List.of(
              app.pay(USER, order),
              app.confirm(payId),
              app.get("/pay/" + payId, "Authorization", token),
              app.get("/pay/isPay/" + order, "Authorization", token));

      assertThat(answers)
          .allSatisfy(
              answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.code()).isEqualTo("A00005");
                assertThat(answer.msg()).contains("try again later");
              });

      proxy.restore();

      await().atMost(20, SECONDS).until(() -> app.confirm(payId).status() == 200);
      assertThat(app.isPay(USER, "" + order)).isTrue();
    }
  }

  @Test
  void whileItsDatabaseTakesNoWritesItAsksToTryAgain() {
    try (PaymentApp app = PaymentApp.start(Map.of())) {
      long order = app.orderApp().unpaidOrder(USER, 100);
      Answer refused;
      try {
        app.db().sql("SET GLOBAL super_read_only = ON").update();
        refused = app.pay(USER, order);
      } finally {
        app.db().sql("SET GLOBAL read_only = OFF").update();
      }

      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.msg()).contains("try again later");
      assertThat(app.pay(USER, order).status()).isEqualTo(200);
    }
  }
}
