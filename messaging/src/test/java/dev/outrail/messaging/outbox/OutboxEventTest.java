package dev.outrail.messaging.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
  void theTextFormLeavesThePayloadOut() {
    assertThat(OutboxEvent.json("topic", "key", "type", "{\"card\":\"4111\"}").toString())
        .doesNotContain("4111")
        .contains("15 bytes");
  }
}
