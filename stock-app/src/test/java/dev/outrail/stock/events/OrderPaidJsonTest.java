package dev.outrail.stock.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.messaging.kafka.EventJson;
import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.tracing.TraceContext;
import dev.outrail.stock.EventSchemas;
import dev.outrail.stock.sale.OrderPaid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderPaidJsonTest {

  private static final String GOOD =
      "{'orderId':2,'payId':5,'paidAt':'2026-11-24T10:00:00Z','later':'additions'}";

  @Test
  void whatTheContractDescribesIsRead() {
    assertThat(EventSchemas.errors("order.paid.v1", GOOD.replace('\'', '"'))).isEmpty();

    assertThat(read(GOOD)).isEqualTo(new OrderPaid(2, 5, Instant.parse("2026-11-24T10:00:00Z")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "not JSON",
        "[]",
        "{}",
        "{'payId':5,'paidAt':'2026-11-24T10:00:00Z'}",
        "{'orderId':2,'paidAt':'2026-11-24T10:00:00Z'}",
        "{'orderId':2,'payId':5}",
        "{'orderId':'2','payId':5,'paidAt':'2026-11-24T10:00:00Z'}",
        "{'orderId':2.5,'payId':5,'paidAt':'2026-11-24T10:00:00Z'}",
        "{'orderId':null,'payId':5,'paidAt':'2026-11-24T10:00:00Z'}",
        "{'orderId':-2,'payId':5,'paidAt':'2026-11-24T10:00:00Z'}",
        "{'orderId':2,'payId':0,'paidAt':'2026-11-24T10:00:00Z'}",
        "{'orderId':2,'payId':5,'paidAt':'yesterday'}"
      })
  void whatTheContractDoesNotAllowIsPermanent(String payload) {
    assertThatThrownBy(() -> read(payload)).isInstanceOf(PermanentMessageException.class);
  }

  private static OrderPaid read(String payload) {
    return EventJson.read(
        new InboundEvent(
            "01932b5c-0000-7000-8000-000000000001",
            "order.paid.v1",
            "2",
            payload.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
            TraceContext.NONE),
        OrderPaid.class);
  }
}
