package dev.outrail.order.payment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.order.EventSchemas;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrderEventsTest {

  private static final PaymentSucceeded.Part PART = new PaymentSucceeded.Part(1, 12900);
  private static final PaymentSucceeded PAYMENT =
      new PaymentSucceeded(5, "CNY", Instant.parse("2026-11-24T10:00:00.123456Z"), List.of(PART));

  @Test
  void aPaidOrderIsWhatItsContractSays() {
    OutboxEvent event = OrderEvents.paid(PAYMENT, 1);

    assertThat(event.topic()).isEqualTo("order-notify-stock");
    assertThat(event.key()).isEqualTo("1");
    assertThat(payload(event))
        .isEqualTo("{\"orderId\":1,\"payId\":5,\"paidAt\":\"2026-11-24T10:00:00.123456Z\"}");
    assertThat(EventSchemas.errors(event.type(), payload(event))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"PAY", "ALREADY_DONE"},
      mode = EnumSource.Mode.EXCLUDE)
  void aRejectedPartIsWhatItsContractSaysForEachReason(Verdict reason) {
    OutboxEvent event = OrderEvents.rejected(PAYMENT, PART, reason);

    assertThat(event.topic()).isEqualTo("order-pay-rejected");
    assertThat(event.key()).isEqualTo("5");
    assertThat(EventSchemas.errors(event.type(), payload(event))).isEmpty();
  }

  private static String payload(OutboxEvent event) {
    return new String(event.payload(), StandardCharsets.UTF_8);
  }
}
