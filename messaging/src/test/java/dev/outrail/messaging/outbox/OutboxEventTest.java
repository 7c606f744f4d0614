package dev.outrail.messaging.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.messaging.kafka.EventHeader;
import dev.outrail.messaging.kafka.InboundEvent;
import dev.outrail.messaging.tracing.TraceContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutboxEventTest {

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "order notify", "order/notify", ".", "..", "bestellung-für"})
  void aTopicThatKafkaWouldRefuseIsRefusedAtOnce(String topic) {
    assertThatThrownBy(() -> OutboxEvent.json(topic, "key", "type", "{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("topic '" + topic + "'");
  }

  @Test
  void aKeyThatWouldBeCutIsRefusedWithItsLength() {
    assertThatThrownBy(() -> OutboxEvent.json("topic", "k".repeat(256), "type", "{}"))
        .hasMessageContaining("key")
        .hasMessageContaining("256");
  }

  @Test
  void aBlankTypeIsRefused() {
    assertThatThrownBy(() -> OutboxEvent.json("topic", "key", " ", "{}"))
        .hasMessageContaining("type");
  }

  @Test
  void changingTheArrayAfterwardsDoesNotChangeTheEvent() {
    byte[] payload = {1, 2, 3};
    OutboxEvent event = new OutboxEvent("topic", "key", "type", "application/x-any", payload);

    payload[0] = 9;
    event.payload()[1] = 9;

    assertThat(event.payload()).containsExactly(1, 2, 3);
  }

  @Test
  void aTombstoneHasNoPayloadAndIsNotMadeByAccident() {
    OutboxEvent gone = OutboxEvent.tombstone("topic", "key", "account.deleted.v1");

    assertThat(gone.payload()).isNull();
    assertThat(gone.toString()).contains("no payload");
    assertThat(gone)
        .isEqualTo(OutboxEvent.tombstone("topic", "key", "account.deleted.v1"))
        .isNotEqualTo(
            new OutboxEvent("topic", "key", "account.deleted.v1", "application/json", new byte[0]));
    assertThatThrownBy(() -> new OutboxEvent("topic", "key", "type", "application/x-any", null))
        .hasMessageContaining("tombstone");
  }

  @Test
  void headersAreAddedInOrderToACopy() {
    OutboxEvent plain = OutboxEvent.json("topic", "key", "type", "{}");
    OutboxEvent event = plain.header("b", "1").header("a", "").header("b", "größe 漢😀\n");

    assertThat(plain.headers()).isEmpty();
    assertThat(event.headers())
        .containsExactly(
            new EventHeader("b", "1"),
            new EventHeader("a", ""),
            new EventHeader("b", "größe 漢😀\n"));
    assertThat(event).isNotEqualTo(plain);
    TraceContext trace = new TraceContext("00-1-2-01", null);
    assertThat(event.inTrace(trace).headers()).isEqualTo(event.headers());
    assertThat(event.following(received()).headers()).isEqualTo(event.headers());
    assertThat(plain.following(received()).header("a", "").inTrace(trace).cause()).isEqualTo("7");
  }

  @Test
  void whatFollowsFromAReceivedEventIsOfItsTraceAndHasItAsItsCause() {
    OutboxEvent event = OutboxEvent.json("topic", "key", "type", "{}").following(received());

    assertThat(event.trace()).isEqualTo(received().trace());
    assertThat(event.cause()).isEqualTo("7");
  }

  private static InboundEvent received() {
    return new InboundEvent("7", "type", "key", null, new TraceContext("00-ab-cd-01", "a=b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id",
        "ID",
        "eventType",
        "content-type",
        "traceparent",
        "tracestate",
        "replay",
        "ce_id",
        "ce_causationid",
        "CE_x",
        "kafka_topic",
        "outrail-x"
      })
  void aHeaderThatIsNotTheWritersIsRefused(String name) {
    OutboxEvent event = OutboxEvent.json("topic", "key", "type", "{}");

    assertThatThrownBy(() -> event.header(name, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'")
        .hasMessageContaining("reserved");
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {"'',x,blank", "' ',x,blank", "a\ud800,x,surrogate", "a,\ude00,surrogate"})
  void aHeaderWithoutANameOrThatIsNoTextIsRefused(String name, String value, String why) {
    OutboxEvent event = OutboxEvent.json("topic", "key", "type", "{}");

    assertThatThrownBy(() -> event.header(name, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void headersThatTakeTooMuchAreRefusedWithBothFigures() {
    OutboxEvent event = OutboxEvent.json("topic", "key", "type", "{}");
    int room = OutboxEvent.MAX_HEADERS_BYTES - "[[\"a\",\"\"]]".length();

    assertThat(event.header("a", "ä".repeat(room / 2)).headers()).hasSize(1);
    assertThatThrownBy(() -> event.header("a", "ä".repeat(room / 2 + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Integer.toString(OutboxEvent.MAX_HEADERS_BYTES));
    assertThatThrownBy(() -> event.header("n".repeat(256), "x")).hasMessageContaining("255");
  }

  @Test
  void theTextFormLeavesThePayloadOut() {
    assertThat(OutboxEvent.json("topic", "key", "type", "{\"card\":\"4111\"}").toString())
        .doesNotContain("4111")
        .contains("15 bytes");
  }
}
