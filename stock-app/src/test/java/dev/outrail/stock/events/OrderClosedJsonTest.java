package dev.outrail.stock.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.messaging.kafka.EventJson;
import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.tracing.TraceContext;
import dev.outrail.stock.EventSchemas;
import dev.outrail.stock.release.OrderClosed;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderClosedJsonTest {

  private static final String GOOD =
      "{'orderId':2,'reason':'CANCELLED','closedAt':'2026-11-24T10:00:00Z'}";

  @Test
  void whatTheContractDescribesIsRead() {
    assertThat(EventSchemas.errors("order.closed.v1", GOOD.replace('\'', '"'))).isEmpty();

    assertThat(read(GOOD))
        .isEqualTo(new OrderClosed(2, "CANCELLED", Instant.parse("2026-11-24T10:00:00Z")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{}",
        "{'reason':'CANCELLED','closedAt':'2026-11-24T10:00:00Z'}",
        "{'orderId':2,'closedAt':'2026-11-24T10:00:00Z'}",
        "{'orderId':2,'reason':'CANCELLED'}",
        "{'orderId':'2','reason':'CANCELLED','closedAt':'2026-11-24T10:00:00Z'}",
        "{'orderId':0,'reason':'CANCELLED','closedAt':'2026-11-24T10:00:00Z'}",
        "{'orderId':2,'reason':'CANCELLED','closedAt':'yesterday'}"
      })
  void whatTheContractDoesNotAllowIsPermanent(String payload) {
    assertThatThrownBy(() -> read(payload)).isInstanceOf(PermanentMessageException.class);
  }

  private static OrderClosed read(String payload) {
    return EventJson.read(
        new InboundEvent(
            "01932b5c-0000-7000-8000-000000000001",
            "order.closed.v1",
            "2",
            payload.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
            TraceContext.NONE),
        OrderClosed.class);
  }
}
