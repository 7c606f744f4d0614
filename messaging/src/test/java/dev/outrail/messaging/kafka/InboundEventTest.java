package dev.outrail.messaging.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.messaging.tracing.TraceContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
  void allHeadersOfTheRecordAreThereInTheirOrder() {
    ConsumerRecord<String, byte[]> record = withId(ID);
    record
        .headers()
        .add("tenant", "größe".getBytes(UTF_8))
        .add("none", null)
        .add("ce_causationid", "7".getBytes(UTF_8))
        .add("tenant", new byte[0]);

    InboundEvent event = InboundEvent.from(record);

    assertThat(event.headers())
        .containsExactly(
            new EventHeader("id", ID),
            new EventHeader("eventType", "order.paid.v1"),
            new EventHeader("tenant", "größe"),
            new EventHeader("ce_causationid", "7"),
            new EventHeader("tenant", ""));
    assertThat(event.header("tenant")).contains("");
    assertThat(event.header("none")).isEmpty();
    assertThat(event.cause()).contains("7");
  }

  @Test
  void aRecordFromElsewhereIsAPermanentErrorThatSaysWhere() {
    assertThatThrownBy(() -> InboundEvent.from(record("42", "{}")))
        .isInstanceOf(PermanentMessageException.class)
        .hasMessageContaining("topic-3@77")
        .hasMessageContaining("'id'");
  }

  /** Of outboxes that are not ours. */
  @ParameterizedTest
  @CsvSource({
    "0192F0C1-2A3B-7C4D-8E5F-001122334455, 0192f0c1-2a3b-7c4d-8e5f-001122334455",
    "01JDZ3QK7M0000000000000000, 01JDZ3QK7M0000000000000000",
    "4711, 4711",
    "order 7/A, order 7/A"
  })
  void anyAsciiIsAnIdAndAUuidIsTheSameInUpperAndLowerCase(String header, String id) {
    assertThat(InboundEvent.from(withId(header)).id()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "blank behind ", "ключ", "two\nlines", "line\n"})
  void whatTheInboxCannotKeepApartIsAPermanentError(String header) {
    assertThatThrownBy(() -> InboundEvent.from(withId(header)))
        .isInstanceOf(PermanentMessageException.class)
        .hasMessageContaining("topic-3@77")
        .hasMessageContaining("ASCII");
  }

  @Test
  void anIdThatIsTooLongIsAPermanentError() {
    assertThat(InboundEvent.from(withId("7".repeat(255))).id()).hasSize(255);
    assertThatThrownBy(() -> InboundEvent.from(withId("7".repeat(256))))
        .isInstanceOf(PermanentMessageException.class);
  }

  private static ConsumerRecord<String, byte[]> withId(String id) {
    ConsumerRecord<String, byte[]> record = record("42", "{}");
    record
        .headers()
        .add("id", id.getBytes(UTF_8))
        .add("eventType", "order.paid.v1".getBytes(UTF_8));
    return record;
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
