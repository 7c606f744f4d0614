package dev.outrail.payment;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.outrail.payment.running.PaymentApp;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SandboxIT {

  private static final long USER = 7;

  @Test
  void aPaymentConfirmsItselfByASignedCallBackInTheTraceOfTheOneWhoPaid() {
    try (PaymentApp app =
        PaymentApp.start(Map.of("outrail.payment.sandbox.confirm-after", "10ms"))) {
      long first = app.orderApp().unpaidOrder(USER, 100);
      long second = app.orderApp().unpaidOrder(USER, 200);
      String trace = "0af7651916cd43dd8448eb211c80319c";

      long payId =
          app.post(
                  "/pay/order",
                  "{\"orderIds\":[%d,%d]}".formatted(first, second),
                  "Authorization",
                  "Bearer " + app.tokens().of(USER),
                  "traceparent",
                  "00-" + trace + "-b7ad6b7169203331-01")
              .payId();

      await()
          .atMost(20, SECONDS)
          .untilAsserted(() -> assertThat(app.isPay(USER, second + "," + first)).isTrue());
      assertThat(app.eventsOf(payId)).hasSize(1);
      assertThat(
              app.db()
                  .sql("SELECT traceparent FROM outbox WHERE aggregateid = :payId")
                  .param("payId", Long.toString(payId))
                  .query(String.class)
                  .single())
          .startsWith("00-" + trace + "-");
    }
  }
}
