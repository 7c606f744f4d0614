package dev.outrail.relay;

import static dev.outrail.relay.OutboxRows.version7;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.capture.CaptureSettings;
import dev.outrail.relay.capture.ServerId;
import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.PositionChange;
import dev.outrail.relay.operate.PositionChange.Certainty;
import dev.outrail.relay.operate.PositionChange.TopicEvents;
import dev.outrail.relay.operate.PositionCheck;
import dev.outrail.relay.position.Position;
import dev.outrail.testbed.Testbed;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What moving the position would skip and repeat, counted in a real binlog. */
@Tag("long")
class PositionCheckIT {

  private static final String NEVER = "11111111-2222-3333-4444-555555555555:1-3";

  @Test
  void forwardSkipsBackwardRepeatsAndBothAreCountedExactly() {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay");
        OutboxRows rows = new OutboxRows(relay)) {
      insert(rows, 0, "orders");
      String before = rows.executed();
      insert(rows, 1, "orders");
      insert(rows, 2, "stock");
      rows.execute("CREATE TABLE %s.other (i INT PRIMARY KEY)".formatted(relay.schema()));
      rows.inOneTransaction(
          () -> {
            insert(rows, 3, "orders");
            insert(rows, 4, "orders");
            insert(rows, 5, "orders");
          });
      String after = rows.executed();
      insert(rows, 6, "orders");

      PositionChange forward = check(relay).check(Position.at(before), after);
      PositionChange back = check(relay).check(Position.at(after), before);
      PositionChange same = check(relay).check(Position.at(after), after);

      assertThat(forward.executed()).isFalse();
      assertThat(forward.skipped().gtids()).isEqualTo(rows.subtract(after, before));
      assertThat(forward.skipped().transactions()).isEqualTo(4);
      assertThat(forward.skipped().events().certainty()).isEqualTo(Certainty.EXACT);
      assertThat(forward.skipped().events().topics())
          .containsExactly(
              new TopicEvents("orders", 4, version7(1), version7(5)),
              new TopicEvents("stock", 1, version7(2), version7(2)));
      assertThat(forward.repeated().events().count()).isZero();
      assertThat(forward.repeated().events().certainty()).isEqualTo(Certainty.EXACT);
      assertThat(back.repeated().events()).isEqualTo(forward.skipped().events());
      assertThat(back.skipped().transactions()).isZero();
      assertThat(same.skipped().transactions() + same.repeated().transactions()).isZero();
    }
  }

  @Test
  void ofATransactionInWorkThePublishedRowsAreRepeatedOrTheOthersSkipped() {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay");
        OutboxRows rows = new OutboxRows(relay)) {
      insert(rows, 0, "orders");
      String before = rows.executed();
      String gtid =
          rows.inOneTransaction(
              () -> {
                for (int i = 1; i <= 5; i++) {
                  insert(rows, i, "orders");
                }
              });
      String after = rows.executed();
      Position inWork = new Position(before, new Position.Partial(gtid, 2, version7(2)));

      PositionChange forward = check(relay).check(inWork, after);
      PositionChange back = check(relay).check(inWork, before);

      assertThat(forward.skipped().events().topics())
          .containsExactly(new TopicEvents("orders", 3, version7(3), version7(5)));
      assertThat(forward.repeated().events().count()).isZero();
      assertThat(forward.beforePartial().rows()).isEqualTo(2);
      assertThat(back.repeated().events().topics())
          .containsExactly(new TopicEvents("orders", 2, version7(1), version7(2)));
      assertThat(back.skipped().events().count()).isZero();
    }
  }

  @Test
  void whatIsNoPositionOfThisServerIsRefusedWithNumbers() {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay");
        OutboxRows rows = new OutboxRows(relay)) {
      insert(rows, 0, "orders");
      Position now = Position.at(rows.executed());

      assertRefused(relay, now, "last tuesday", "not a GTID set");
      assertRefused(relay, now, "", "empty");
      assertRefused(relay, now, rows.executed() + "," + NEVER, "not executed 3");
    }
  }

  @Test
  void aPurgedBinlogIsToldHonestly() {
    try (Testbed own = Testbed.start();
        RelayHarness relay = new RelayHarness(own, "pay");
        OutboxRows rows = new OutboxRows(relay)) {
      insert(rows, 0, "orders");
      String old = rows.executed();
      insert(rows, 1, "orders");
      insert(rows, 2, "orders");
      rows.execute("FLUSH BINARY LOGS");
      rows.execute("PURGE BINARY LOGS TO '%s'".formatted(rows.currentBinlog()));
      String purged = rows.executed();
      insert(rows, 3, "orders");
      String now = rows.executed();

      PositionChange forward = check(relay).check(Position.at(old), now);
      PositionChange toPurged = check(relay).check(Position.at(old), purged);

      assertRefused(relay, Position.at(now), old, "no longer has 2 transactions");
      assertThat(forward.skipped().transactions()).isEqualTo(3);
      assertThat(forward.skipped().unreadable()).isEqualTo(2);
      assertThat(forward.skipped().events().certainty()).isEqualTo(Certainty.AT_LEAST);
      assertThat(forward.skipped().events().count()).isEqualTo(1);
      assertThat(forward.skipped().events().why()).contains("2 of the 3");
      assertThat(toPurged.skipped().events().certainty()).isEqualTo(Certainty.UNKNOWN);
    }
  }

  @Test
  void atMostTheGivenTimeIsSpentOnCounting() {
    try (RelayHarness relay = new RelayHarness(Testbed.shared(), "pay");
        OutboxRows rows = new OutboxRows(relay)) {
      insert(rows, 0, "orders");
      String before = rows.executed();
      insert(rows, 1, "orders");

      PositionChange change =
          new PositionCheck(settings(relay), Duration.ZERO)
              .check(Position.at(before), rows.executed());

      assertThat(change.skipped().transactions()).isEqualTo(1);
      assertThat(change.skipped().events().certainty()).isEqualTo(Certainty.UNKNOWN);
      assertThat(change.skipped().events().why()).contains("0 s");
    }
  }

  private static void assertRefused(
      RelayHarness relay, Position before, String gtids, String says) {
    assertThatThrownBy(() -> check(relay).check(before, gtids))
        .isInstanceOf(OperationRefusedException.class)
        .hasMessageContaining(says);
  }

  private static void insert(OutboxRows rows, long number, String topic) {
    rows.insert(version7(number), topic, "k", "t", "2026-01-01 10:00:00");
  }

  private static PositionCheck check(RelayHarness relay) {
    return new PositionCheck(settings(relay), PositionCheck.PATIENCE);
  }

  private static CaptureSettings settings(RelayHarness relay) {
    return new CaptureSettings(
        relay.settings.get("name"),
        OutboxRows.server(relay),
        OutboxRows.tables(relay),
        new ServerId(77_123),
        Duration.ofSeconds(4),
        10_000,
        33_554_432);
  }
}
