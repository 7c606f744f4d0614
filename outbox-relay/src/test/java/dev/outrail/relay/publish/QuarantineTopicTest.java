package dev.outrail.relay.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class QuarantineTopicTest {

  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final Problem WHY = new Problem("too large", "allow it");

  @Test
  void twoRelaysOverOneTableAndOneIdInTwoTablesHaveRecordsOfTheirOwn() {
    assertThat(List.of(pointer("a", "shop"), pointer("b", "shop"), pointer("a", "stock")))
        .extracting(QuarantineRecord::key)
        .containsExactly("a/shop/7", "b/shop/7", "a/stock/7");
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    QuarantineRecord written = pointer("a", "shop");
    ProducerRecord<byte[], byte[]> made = written.toRecord("q");

    assertThat(QuarantineRecord.read(new String(made.key(), StandardCharsets.UTF_8), made.value()))
        .isEqualTo(written);
  }

  @Test
  void eachRelaySeesItsOwnAndEachEventOnce() {
    QuarantineRecord mine = pointer("a", "shop");
    QuarantineRecord ofAnother = pointer("b", "shop");
    QuarantineRecord older =
        QuarantineRecord.of("a", row("shop", "k"), NOON, WHY, NOON.minusSeconds(9)).at("7");

    List<QuarantineRecord> open =
        QuarantineTopic.ofRelay("a", new ArrayList<>(List.of(older, ofAnother, mine)));

    assertThat(open)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.quarantinedAt()).as("what was said last").isEqualTo(NOON);
              assertThat(one.key()).as("a release empties the own place anyway").isEqualTo("7");
            });
  }

  @Test
  void aPointerIsSmallHoweverLargeTheEventsColumnsAre() {
    String huge = "k".repeat(2_000_000);
    Problem named = new Problem("'" + huge + "' is not a legal topic name", "Correct the writer.");

    ProducerRecord<byte[], byte[]> made =
        QuarantineRecord.of("a", row("shop", huge), NOON, named, NOON).toRecord("q");

    assertThat(made.value().length).isLessThan(5_000);
  }

  private static QuarantineRecord pointer(String relay, String schema) {
    return QuarantineRecord.of(relay, row(schema, "k"), NOON, WHY, NOON);
  }

  private static OutboxRow row(String schema, String aggregateId) {
    return OutboxRow.of(schema, "7", "t", aggregateId, "e", new byte[] {1}, null, null, null, null);
  }
}
