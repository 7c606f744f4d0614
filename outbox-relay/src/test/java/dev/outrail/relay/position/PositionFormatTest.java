package dev.outrail.relay.position;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.problem.HaltException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionFormatTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final String SET = "2b686065-e7f3-11f1-8fb7-02fc00000001:1-9";

  @Test
  void readsWhatItWrote() {
    StoredPosition whole = new StoredPosition(Position.at(SET), "me", null, null);
    StoredPosition part =
        new StoredPosition(
            new Position(
                SET, new Position.Partial("2b686065-e7f3-11f1-8fb7-02fc00000001:10", 7, "id-7")),
            "me",
            "http://relay-1:8190",
            NOW.minusMillis(7));

    assertThat(PositionFormat.read(PositionFormat.write(whole, NOW))).isEqualTo(whole);
    assertThat(PositionFormat.read(PositionFormat.write(part, NOW))).isEqualTo(part);
  }

  @Test
  void ignoresFieldsThatANewerReleaseAdded() {
    byte[] value =
        "{\"version\":1,\"gtids\":\"%s\",\"owner\":\"x\",\"more\":{\"a\":1}}"
            .formatted(SET)
            .getBytes(UTF_8);

    assertThat(PositionFormat.read(value).position()).isEqualTo(Position.at(SET));
  }

  @Test
  void refusesAVersionThatItDoesNotKnow() {
    assertThatThrownBy(() -> PositionFormat.read("{\"version\":2,\"gtids\":\"x\"}".getBytes(UTF_8)))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("version 2")
        .extracting(halt -> ((HaltException) halt).scope())
        .as("a newer release can go on")
        .isEqualTo(HaltException.Scope.PROCESS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "{\"version\":1}",
        "{\"version\":1,\"gtids\":\"\"}",
        "{\"version\":1,\"gtids\":\"a:1\",\"partial\":{\"gtid\":\"a:2\"}}",
        "{\"version\":1,\"gtids\":\"a:1\",\"partial\":{\"gtid\":\"a:2\",\"rows\":0,\"lastId\":\"x\"}}"
      })
  void refusesWhatIsNoPosition(String value) {
    assertThatThrownBy(() -> PositionFormat.read(value.getBytes(UTF_8)))
        .isInstanceOf(HaltException.class);
  }
}
