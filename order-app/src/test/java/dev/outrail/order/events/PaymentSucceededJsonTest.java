package dev.outrail.order.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.messaging.kafka.EventJson;
import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.kafka.PermanentMessageException;
import dev.outrail.messaging.tracing.TraceContext;
import dev.outrail.order.EventSchemas;
import dev.outrail.order.payment.PaymentSucceeded;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaymentSucceededJsonTest {

  private static final String GOOD =
      "{'payId':5,'userId':7,'amount':300,'currency':'CNY','paidAt':'2026-11-24T10:00:00Z',"
          + "'orders':[{'orderId':2,'amount':100},{'orderId':1,'amount':200}]}";

  @Test
  void whatTheContractDescribesIsReadWithItsOrdersByAscendingId() {
    assertThat(EventSchemas.errors("payment.succeeded.v1", json(GOOD))).isEmpty();

    PaymentSucceeded payment = read(GOOD);

    assertThat(payment.payId()).isEqualTo(5);
    assertThat(payment.paidAt()).isEqualTo(Instant.parse("2026-11-24T10:00:00Z"));
    assertThat(payment.orders())
        .containsExactly(new PaymentSucceeded.Part(1, 200), new PaymentSucceeded.Part(2, 100));
  }

  @Test
  void fieldsThatAreNotKnownYetAreLetPass() {
    assertThat(read(GOOD.replace("{'payId'", "{'coupon':{'id':1},'payId'")).payId()).isEqualTo(5);
    assertThat(read(GOOD.replace("{'orderId'", "{'shopId':9,'orderId'")).orders()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'payId':5, |",
        "'payId':5 | 'payId':'5'",
        "'payId':5 | 'payId':5.5",
        "'payId':5 | 'payId':null",
        "'payId':5 | 'payId':0",
        "'payId':5 | 'payId':99999999999999999999",
        "'currency':'CNY', |",
        "CNY | yuan",
        "'paidAt':'2026-11-24T10:00:00Z', |",
        "2026-11-24T10:00:00Z | yesterday",
        "2026-11-24T10:00:00Z | 2999-01-01T00:00:00Z",
        "{'orderId':2,'amount':100},{'orderId':1,'amount':200} |",
        "'orderId':2, |",
        "'orderId':2 | 'orderId':1",
        "'orderId':2 | 'orderId':-2",
        "'amount':100 | 'amount':0",
        "'amount':100 | 'amount':null",
      })
  void whatTheContractDoesNotAllowIsPermanent(String part, String replacement) {
    String bad = GOOD.replace(part, replacement == null ? "" : replacement);

    assertThat(bad).isNotEqualTo(GOOD);
    assertThatThrownBy(() -> read(bad))
        .isInstanceOf(PermanentMessageException.class)
        .hasMessageContaining("payment.succeeded.v1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "7", "{", "{} trailing", "not JSON"})
  void whatIsNoObjectIsPermanent(String payload) {
    assertThatThrownBy(() -> read(payload)).isInstanceOf(PermanentMessageException.class);
  }

  private static PaymentSucceeded read(String payload) {
    return EventJson.read(
        new InboundEvent(
            "01932b5c-0000-7000-8000-000000000001",
            "payment.succeeded.v1",
            "5",
            json(payload).getBytes(StandardCharsets.UTF_8),
            TraceContext.NONE),
        PaymentSucceeded.class);
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
