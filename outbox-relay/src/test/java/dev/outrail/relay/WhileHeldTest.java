package dev.outrail.relay;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.PositionChange;
import dev.outrail.relay.operate.PositionChange.Certainty;
import dev.outrail.relay.operate.PositionChange.Difference;
import dev.outrail.relay.operate.PositionChange.Events;
import dev.outrail.relay.operate.PositionChange.TopicEvents;
import dev.outrail.relay.operate.ReplayReport;
import dev.outrail.relay.position.HeldTopics;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhileHeldTest {

  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

  /** Two events of "orders"; the only one of "mails" was discarded, so nothing of it goes out. */
  private final HeldTopics held =
      HeldTopics.NONE
          .with("orders", NOON)
          .with("mails", NOON)
          .with("orders", NOON)
          .without("mails", 2);

  @ParameterizedTest
  @CsvSource({
    "forward,                                0, 0, EXACT,    '',             false",
    "back over a held topic,                 5, 0, EXACT,    'orders',       true",
    "back over others,                       5, 0, EXACT,    'stock',        false",
    "back over one with all discarded,       5, 0, EXACT,    'mails stock',  false",
    "back over both,                         5, 0, EXACT,    'mails orders', true",
    "'back, and not counted to the end',    5, 0, AT_LEAST, 'stock',        true",
    "'back, and not counted',               5, 0, UNKNOWN,  '',             true",
    "off what the server does not have,      5, 5, UNKNOWN,  '',             false",
  })
  void aPositionIsNotMovedBackOverWhatIsHeld(
      String move,
      long transactions,
      long unreadable,
      Certainty certainty,
      String topics,
      boolean refused) {
    Difference repeated =
        new Difference(
            "", transactions, unreadable, new Events(certainty, 0, topics(topics), "why"));

    requireRefused(
        refused,
        "2 events of topic orders",
        () -> WhileHeld.requireNotRepeated(held, to(repeated)));
    requireRefused(false, "", () -> WhileHeld.requireNotRepeated(HeldTopics.NONE, to(repeated)));
  }

  @ParameterizedTest
  @CsvSource({"'', false", "stock, false", "orders, true", "stock orders, true", "mails, true"})
  void rowsOfATopicThatMayNotBeWrittenAreNotReplayed(String topics, boolean refused) {
    List<ReplayReport.Group> groups =
        topics(topics).stream()
            .map(one -> new ReplayReport.Group(one.topic(), "t", one.count()))
            .toList();
    ReplayReport selected =
        new ReplayReport(
            ReplayReport.State.DRY_RUN, null, 3, 0, 0, groups, null, null, List.of(), 0, "");

    requireRefused(
        refused,
        topics.contains("mails") ? "3 of topic mails" : "3 of topic orders",
        () -> WhileHeld.requireNotReplayed(held, selected));
  }

  private static void requireRefused(boolean refused, String says, ThrowingCallable asked) {
    if (refused) {
      assertThatThrownBy(asked)
          .isInstanceOf(OperationRefusedException.class)
          .hasMessageContaining(says)
          .hasMessageNotContaining("0 events of topic orders");
    } else {
      assertThatCode(asked).doesNotThrowAnyException();
    }
  }

  private static List<TopicEvents> topics(String names) {
    return Arrays.stream(names.split(" "))
        .filter(name -> !name.isEmpty())
        .map(name -> new TopicEvents(name, 3, "a", "b"))
        .toList();
  }

  private static PositionChange to(Difference repeated) {
    Difference none = new Difference("", 0, 0, new Events(Certainty.EXACT, 0, List.of(), ""));
    return new PositionChange(false, null, "u:1-9", null, "u:1-4", none, repeated);
  }
}
