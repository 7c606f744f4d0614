package dev.outrail.relay;

import dev.outrail.relay.capture.OutboxRow;
import dev.outrail.relay.operate.OperationRefusedException;
import dev.outrail.relay.operate.PositionChange;
import dev.outrail.relay.operate.PositionChange.Certainty;
import dev.outrail.relay.operate.PositionChange.Difference;
import dev.outrail.relay.operate.PositionChange.TopicEvents;
import dev.outrail.relay.operate.ReplayReport;
import dev.outrail.relay.position.HeldTopics;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What operators cannot ask for while events of a topic are held. */
final class WhileHeld {

  private WhileHeld() {}

  /**
   * Events that are held go out by themselves, so the binlog must not bring them once more. Which
   * transactions they are from is not known; that of a topic without any in the difference none
   * would be repeated is.
   *
   * @throws OperationRefusedException if a held event may be read again, as far as could be counted
   */
  static void requireNotRepeated(HeldTopics held, PositionChange change) {
    Difference repeated = change.repeated();
    if (repeated.transactions() == repeated.unreadable()) {
      return;
    }
    Set<String> topics =
        repeated.events().topics().stream().map(TopicEvents::topic).collect(Collectors.toSet());
    boolean counted = repeated.events().certainty() == Certainty.EXACT;
    String both = events(held, topic -> !counted || topics.contains(topic), 1);
    if (!both.isEmpty()) {
      throw OperationRefusedException.wrongState(
          "Held are %s, and the binlog behind the new position %s: they would be published twice."
              .formatted(both, counted ? "has them again" : "may have them again"),
          "'relay resume', let the relay write there, and wait until they have gone out (outrail_relay_blocked); or discard them"
              + " ('relay quarantine discard'); or take a position behind them.");
    }
  }

  /**
   * A replay would bring rows of a held topic before those that wait.
   *
   * @throws OperationRefusedException if rows of a held topic are selected
   */
  static void requireNotReplayed(HeldTopics held, ReplayReport selected) {
    TreeMap<String, Long> rows = new TreeMap<>();
    selected.groups().stream()
        .filter(group -> held.of(group.topic()) != null)
        .forEach(group -> rows.merge(group.topic(), group.count(), Long::sum));
    if (!rows.isEmpty()) {
      throw OperationRefusedException.wrongState(
          "Selected are %s, while Kafka does not let the relay write there: held are %s."
              .formatted(
                  rows.entrySet().stream()
                      .map(row -> "%d of topic %s".formatted(row.getValue(), row.getKey()))
                      .collect(Collectors.joining(", ")),
                  events(held, rows::containsKey, 0)),
          "Let the relay write there, and replay once the held events have gone out (outrail_relay_blocked); or select other"
              + " topics (--topic).");
    }
  }

  /** The held topic of the first row that has one; null if none has. */
  static @Nullable String firstHeld(HeldTopics held, List<OutboxRow> rows) {
    return held.isEmpty()
        ? null
        : rows.stream()
            .map(OutboxRow::aggregateType)
            .filter(topic -> held.of(topic) != null)
            .findFirst()
            .orElse(null);
  }

  private static String events(HeldTopics held, Predicate<String> which, long atLeast) {
    return held.byTopic().entrySet().stream()
        .filter(one -> which.test(one.getKey()) && one.getValue().count() >= atLeast)
        .map(one -> "%d events of topic %s".formatted(one.getValue().count(), one.getKey()))
        .collect(Collectors.joining(", "));
  }
}
