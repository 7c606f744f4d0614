package dev.outrail.relay.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.outrail.relay.capture.GtidSets;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values that operator and relay exchange. */
class OperateTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|0",
        "3e11fa47-71ca-11e1-9e33-c80aa9429562:5|1",
        "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:8|6",
        "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5, 4e11fa47-71ca-11e1-9e33-c80aa9429562:1-10|15",
        "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:tag_1:1-2:7:other:3|9"
      })
  void countsTheTransactionsOfAGtidSet(String gtids, long count) {
    assertThat(GtidSets.count(gtids)).isEqualTo(count);
  }

  @Test
  void aReplayOfNothingInParticularIsRefused() {
    assertThatThrownBy(() -> selection(List.of(), null, null))
        .isInstanceOf(OperationRefusedException.class)
        .hasMessageContaining("Nothing is selected");
  }

  @Test
  void aReplayWhoseTimesAreExchangedIsRefused() {
    assertThatThrownBy(() -> selection(List.of(), NOON, NOON)).hasMessageContaining("not before");
    assertThat(selection(List.of(), NOON, NOON.plusNanos(1000)).from()).isEqualTo(NOON);
  }

  @Test
  void aReplayOfTooManyOrImpossibleIdsIsRefused() {
    List<String> many =
        Collections.nCopies(ReplaySelection.MAX_IDS + 1, "").stream()
            .map(ignored -> UUID.randomUUID().toString())
            .toList();
    assertThatThrownBy(() -> selection(many, null, null)).hasMessageContaining("10000");
    assertThatThrownBy(() -> selection(List.of("a\nb"), null, null))
        .hasMessageContaining("control characters");
    assertThat(selection(List.of("a", "a"), null, null).ids()).containsExactly("a");
  }

  @Test
  void anAuthorIsOneShortLine() {
    assertThat(new Author(" ", " why ")).isEqualTo(new Author("unknown", "why"));
    assertThatThrownBy(() -> new Author("a\nb", "")).isInstanceOf(OperationRefusedException.class);
    assertThatThrownBy(() -> new Author("ada", "x".repeat(501)))
        .isInstanceOf(OperationRefusedException.class);
  }

  @Test
  void anAuditRecordIsJsonUnderTheRelaysName() throws Exception {
    UUID id = UUID.randomUUID();
    var kafkaRecord =
        new AuditRecord(
                id,
                "main",
                AuditRecord.Operation.REPLAY,
                AuditRecord.Outcome.BEGUN,
                new Author("ada", "INC-42"),
                NOON,
                selection(List.of("a"), NOON, null).parameters(),
                Map.of("selected", 3L))
            .toRecord("audit");

    assertThat(kafkaRecord.topic()).isEqualTo("audit");
    assertThat(new String(kafkaRecord.key(), StandardCharsets.UTF_8)).isEqualTo("main");
    assertThat(kafkaRecord.timestamp()).isEqualTo(NOON.toEpochMilli());
    JsonNode json = OperateJson.MAPPER.readTree(kafkaRecord.value());
    assertThat(json)
        .isEqualTo(
            OperateJson.MAPPER.readTree(
                """
                {"version":2,"operationId":"%s","relay":"main","operation":"REPLAY","outcome":"BEGUN",
                 "claimedBy":"ada","reason":"INC-42","at":"2026-11-24T12:00:00Z",
                 "parameters":{"ids":["a"],"from":"2026-11-24T12:00:00Z"},"result":{"selected":3}}
                """
                    .formatted(id)));
  }

  private static ReplaySelection selection(List<String> ids, Instant from, Instant to) {
    return new ReplaySelection(ids, null, null, null, null, from, to);
  }
}
