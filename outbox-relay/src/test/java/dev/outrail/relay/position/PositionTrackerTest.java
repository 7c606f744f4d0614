package dev.outrail.relay.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.capture.CapturedEvent;
import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.problem.HaltException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PositionTrackerTest {

  private static final String SERVER = "2b686065-e7f3-11f1-8fb7-02fc00000001";

  @Test
  void countsTheRowsOfATransactionUntilASignOfLifeSaysThatItIsOver() {
    PositionTracker tracker = new PositionTracker(Position.at(set(9)));

    assertThat(tracker.advance(row(10, "a"))).isTrue();
    assertThat(tracker.advance(row(10, "b"))).isTrue();
    assertThat(tracker.current()).isEqualTo(partial(9, 10, 2, "b"));

    tracker.advance(new CapturedEvent.Beat(set(9), null));
    assertThat(tracker.current())
        .as("a beat from inside the transaction")
        .isEqualTo(partial(9, 10, 2, "b"));

    tracker.advance(new CapturedEvent.Beat(set(12), null));
    assertThat(tracker.current()).isEqualTo(Position.at(set(12)));
  }

  @Test
  void theNextTransactionCompletesTheOneBefore() {
    PositionTracker tracker = new PositionTracker(Position.at(set(9)));

    tracker.advance(row(10, "a"));
    tracker.advance(row(11, "b"));

    assertThat(tracker.current()).isEqualTo(partial(10, 11, 1, "b"));
  }

  @Test
  void aRestartSkipsWhatIsPublishedAndCountsOn() {
    PositionTracker tracker = new PositionTracker(partial(9, 10, 2, "b"));

    assertThat(tracker.advance(row(10, "a"))).isFalse();
    tracker.advance(new CapturedEvent.Beat(set(9), null));
    assertThat(tracker.advance(row(10, "b"))).isFalse();
    assertThat(tracker.current()).isEqualTo(partial(9, 10, 2, "b"));
    assertThat(tracker.advance(row(10, "c"))).isTrue();
    assertThat(tracker.current()).isEqualTo(partial(9, 10, 3, "c"));
  }

  @Test
  void aRestartThatFindsAnotherTransactionOrRowHalts() {
    assertThatThrownBy(() -> new PositionTracker(partial(9, 10, 2, "b")).advance(row(11, "a")))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining(SERVER + ":11");
    PositionTracker other = new PositionTracker(partial(9, 10, 1, "b"));
    assertThatThrownBy(() -> other.advance(row(10, "z")))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("its row there is z");
    PositionTracker shorter = new PositionTracker(partial(9, 10, 2, "b"));
    shorter.advance(row(10, "a"));
    assertThatThrownBy(() -> shorter.advance(new CapturedEvent.Beat(set(10), null)))
        .isInstanceOf(HaltException.class)
        .hasMessageContaining("1 outbox rows before that");
  }

  @Test
  void aRowOfATransactionThatCountsAsCompletedHalts() {
    PositionTracker tracker = new PositionTracker(Position.at(set(9)));
    tracker.advance(row(10, "a"));
    CapturedEvent.Row again =
        new CapturedEvent.Row(outboxRow("b"), SERVER + ":5", set(10), Instant.EPOCH);

    assertThatThrownBy(() -> tracker.advance(again)).isInstanceOf(HaltException.class);
  }

  @Test
  void aReadingThatBeganEarlierDropsWhatIsPublished() {
    PositionTracker tracker = new PositionTracker(partial(12, 13, 1, "d"));

    tracker.advance(new CapturedEvent.Beat(set(9), null));
    assertThat(tracker.advance(row(10, "a"))).isFalse();
    tracker.advance(new CapturedEvent.Beat(set(11), null));
    assertThat(tracker.advance(row(12, "c"))).isFalse();
    assertThat(tracker.current()).isEqualTo(partial(12, 13, 1, "d"));
    assertThat(tracker.advance(row(13, "d"))).as("the published part of the next").isFalse();
    assertThat(tracker.advance(row(13, "e"))).isTrue();
    assertThat(tracker.current()).isEqualTo(partial(12, 13, 2, "e"));
  }

  @Test
  void aServerWithAnotherOrderOfTheSameTransactionsLosesNoneOfThePosition() {
    String other = "ffffffff-e7f3-11f1-8fb7-02fc00000001";
    PositionTracker tracker = new PositionTracker(Position.at(SERVER + ":1-9," + other + ":1-5"));

    assertThat(tracker.advance(row(other + ":3", set(9) + "," + other + ":1-2", "old"))).isFalse();
    assertThat(tracker.advance(row(SERVER + ":10", set(9) + "," + other + ":1-3", "new"))).isTrue();

    assertThat(tracker.current().completed())
        .as("what is published but not yet read here stays published")
        .isEqualTo(SERVER + ":1-9," + other + ":1-5");
    assertThat(tracker.advance(row(other + ":5", set(10) + "," + other + ":1-4", "old"))).isFalse();
    assertThat(tracker.advance(row(other + ":6", set(10) + "," + other + ":1-5", "new"))).isTrue();
    assertThat(tracker.current().completed()).isEqualTo(SERVER + ":1-10," + other + ":1-5");
  }

  private static Position partial(int completed, int gtid, long rows, String lastId) {
    return new Position(set(completed), new Position.Partial(SERVER + ":" + gtid, rows, lastId));
  }

  private static CapturedEvent.Row row(int gtid, String id) {
    return new CapturedEvent.Row(outboxRow(id), SERVER + ":" + gtid, set(gtid - 1), Instant.EPOCH);
  }

  private static CapturedEvent.Row row(String gtid, String completed, String id) {
    return new CapturedEvent.Row(outboxRow(id), gtid, completed, Instant.EPOCH);
  }

  private static OutboxRow outboxRow(String id) {
    return OutboxRow.of("pay", id, "topic", "key", "type", new byte[0], null, null, null, null);
  }

  private static String set(int last) {
    return SERVER + ":1-" + last;
  }
}
