package dev.outrail.messaging.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.messaging.tracing.TraceContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class InboundEventTest {

  private static final String ID = "0192f0c1-2a3b-7c4d-8e5f-001122334455";

  @Test
  void aRecordOfTheRelayIsRead() {
    ConsumerRecord<String, byte[]> record = record("42", "{}");
    record
        .headers()
        .add("id", ID.getBytes(UTF_8))
        .add("eventType", "order.paid.v1".getBytes(UTF_8));

    InboundEvent event = InboundEvent.from(record).requireType("order.paid.v1");

    assertThat(event.id()).isEqualTo(ID);
    assertThat(event.key()).isEqualTo("42");
    assertThat(event.payload()).isEqualTo("{}".getBytes(UTF_8));
  }

  @Test
  void aRecordFromElsewhereIsAPermanentErrorThatSaysWhere() {
    assertThatThrownBy(() -> InboundEvent.from(record("42", "{}")))
        .isInstanceOf(PermanentMessageException.class)
        .hasMessageContaining("topic-3@77")
        .hasMessageContaining("'id'");
  }

  @Test
  void anIdThatIsNoUuidIsAPermanentError() {
    ConsumerRecord<String, byte[]> record = record("42", "{}");
    record.headers().add("id", "seven".getBytes(UTF_8));

    assertThatThrownBy(() -> InboundEvent.from(record))
        .isInstanceOf(PermanentMessageException.class)
        .hasMessageContaining("seven");
  }

  @Test
  void aTombstoneIsAnEventWithoutAPayloadThatNobodyReadsByAccident() {
    ConsumerRecord<String, byte[]> record = record("42", null);
    record
        .headers()
        .add("id", ID.getBytes(UTF_8))
        .add("eventType", "order.paid.v1".getBytes(UTF_8));

    InboundEvent event = InboundEvent.from(record);

    assertThat(event.isTombstone()).isTrue();
    assertThat(event.id()).isEqualTo(ID);
    assertThatThrownBy(() -> EventJson.read(event, Object.class))
        .isInstanceOf(PermanentMessageException.class)
        .hasMessageContaining("tombstone");
  }

  @Test
  void anUnknownMajorVersionIsAPermanentErrorThatNamesBoth() {
    InboundEvent event =
        new InboundEvent(ID, "order.paid.v2", "42", new byte[0], TraceContext.NONE);

    assertThatThrownBy(() -> event.requireType("order.paid.v1"))
        .isInstanceOf(PermanentMessageException.class)
        .hasMessageContaining("order.paid.v2")
        .hasMessageContaining("order.paid.v1");
  }

  private static ConsumerRecord<String, byte[]> record(String key, String value) {
    return new ConsumerRecord<>("topic", 3, 77, key, value == null ? null : value.getBytes(UTF_8));
  }
}
