package dev.outrail.order.announcement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.messaging.outbox.OutboxEvent;
import dev.outrail.order.CloseReason;
import dev.outrail.order.EventSchemas;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrderEventsTest {

  private static final Instant TIME = Instant.parse("2026-11-24T10:00:00.123456Z");

  @Test
  void aPaidOrderIsWhatItsContractSays() {
    OutboxEvent event = OrderEvents.paid(1, 5, TIME);

    assertThat(event.topic()).isEqualTo("order-notify-stock");
    assertThat(event.key()).isEqualTo("1");
    assertThat(payload(event))
        .isEqualTo("{\"orderId\":1,\"payId\":5,\"paidAt\":\"2026-11-24T10:00:00.123456Z\"}");
    assertThat(EventSchemas.errors(event.type(), payload(event))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aRejectedPartIsWhatItsContractSaysForEachReason(RejectionReason reason) {
    OutboxEvent event = OrderEvents.paymentRejected(5, 1, 12900, reason);

    assertThat(event.topic()).isEqualTo("order-pay-rejected");
    assertThat(event.key()).isEqualTo("5");
    assertThat(EventSchemas.errors(event.type(), payload(event))).isEmpty();
  }

  @Test
  void aCreatedOrderIsWhatItsContractSays() {
    OutboxEvent event =
        OrderEvents.created(
            new OrderCreated(
                1, 7, 2, 7100, "CNY", TIME, List.of(new OrderCreated.Item(502, 2, 3550))));

    assertThat(event.topic()).isEqualTo("order-created");
    assertThat(event.key()).isEqualTo("1");
    assertThat(event.type()).isEqualTo("order.created.v1");
    assertThat(payload(event)).contains("\"items\":[{\"skuId\":502,\"count\":2,\"price\":3550}]");
    assertThat(EventSchemas.errors(event.type(), payload(event))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aClosedOrderIsWhatItsContractSaysForEachReason(CloseReason reason) {
    OutboxEvent event = OrderEvents.closed(1, reason, TIME);

    assertThat(event.topic()).isEqualTo("order-closed");
    assertThat(event.key()).isEqualTo("1");
    assertThat(event.type()).isEqualTo("order.closed.v1");
    assertThat(EventSchemas.errors(event.type(), payload(event))).isEmpty();
  }

  private static String payload(OutboxEvent event) {
    return new String(event.payload(), StandardCharsets.UTF_8);
  }
}
